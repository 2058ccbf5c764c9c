import { describe, expect, it } from '@jest/globals';
import { commsEventV1 } from '@qflow/contracts';
import { benchEvent, parseStamp, stampText } from './bench-event.js';

const accountId = '7b0c1f5e-2f0a-4c3b-9d5e-111111111111';

describe('benchEvent', () => {
  it('is an event as the sender publishes it, with its stamp', () => {
    const stamp = { phase: 'B1', due: 24_651_865_591 };
    const { id, publication } = benchEvent(accountId, 'comms.bounced', stamp);

    expect(publication).toMatchObject({
      subject: `comms.event.${accountId}.comms.bounced.v1`,
      msgId: `event:${id}`,
    });
    const event = commsEventV1.read(JSON.parse(publication.body));
    expect(event).toMatchObject({ id, accountId, type: 'comms.bounced', data: { status: 'bounced' } });
    expect(parseStamp(event.data.correlationId)).toEqual(stamp);
  });
});

describe('parseStamp', () => {
  it.each([null, undefined, 7, '', 'order-1', 'B1@', '@5', 'B1@5x'])('does not take %j for ours', (text) => {
    expect(parseStamp(text)).toBeUndefined();
  });

  it('reads what was stamped', () => {
    expect(parseStamp(stampText({ phase: 'warm-up', due: 5 }))).toEqual({ phase: 'warm-up', due: 5 });
  });
});
