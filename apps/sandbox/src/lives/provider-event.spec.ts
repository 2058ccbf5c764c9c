import { describe, expect, it } from '@jest/globals';
import type { LifeStep } from './life.js';
import { type Copy, providerEvent } from './provider-event.js';

const copy: Copy = {
  messageId: '5Zq8pVvyQ_iAdLyJ5yVQdg',
  index: 2,
  email: 'ann@example.com',
  acceptedAt: 1_699_999_000,
  categories: [],
  customArgs: { qflow_send_id: 's1' },
};
const delivered: LifeStep = { event: 'delivered', details: { tls: 1 } };
/** As it is posted. */
const event = (changes: Partial<Copy> = {}, position = 1, step = delivered): Record<string, unknown> =>
  JSON.parse(JSON.stringify(providerEvent({ ...copy, ...changes }, step, position, 1_700_000_000))) as Record<
    string,
    unknown
  >;

describe('providerEvent', () => {
  it('carries the common fields, its own and the custom arguments, all at the top level', () => {
    expect(event()).toEqual({
      email: 'ann@example.com',
      timestamp: 1_700_000_000,
      'smtp-id': '<5Zq8pVvyQ_iAdLyJ5yVQdg@geopod-ismtpd-sandbox>',
      event: 'delivered',
      sg_event_id: expect.stringMatching(/^[\w-]{20,100}$/) as unknown,
      sg_message_id: expect.stringMatching(/^5Zq8pVvyQ_iAdLyJ5yVQdg\.filter/) as unknown,
      tls: 1,
      qflow_send_id: 's1',
    });
  });

  it('writes a lone category as a text and several as a list', () => {
    expect(event({ categories: ['tickets'] })['category']).toBe('tickets');
    expect(event({ categories: ['tickets', 'vip'] })['category']).toEqual(['tickets', 'vip']);
  });

  it('never lets a custom argument overwrite a field', () => {
    const customArgs = { event: 'open', email: 'x', tls: 'no', mine: 'yes' };
    expect(event({ customArgs })).toMatchObject({
      event: 'delivered',
      email: 'ann@example.com',
      tls: 1,
      mine: 'yes',
    });
  });

  it('names the unsubscribe group of the mail', () => {
    expect(event({ asmGroupId: 5 })).toMatchObject({ asm_group_id: 5 });
    expect(event()).not.toHaveProperty('asm_group_id');
  });

  it('lets a detail overwrite a common field, or take it out', () => {
    const details = { tls: null, timestamp: 5, sg_message_id: null, unheard_of: { of: 1 } };
    const changed = event({}, 1, { event: 'bounce', details });
    expect(changed).toMatchObject({ timestamp: 5, unheard_of: { of: 1 } });
    expect(changed).not.toHaveProperty('tls');
    expect(changed).not.toHaveProperty('sg_message_id');
  });

  it('has one message id in all events of a copy, however late they come', () => {
    const late = providerEvent(copy, delivered, 9, 1_800_000_000);
    expect(late['sg_message_id']).toBe(event()['sg_message_id']);
  });

  it('has an id of its own in every place, and the same one each time', () => {
    const ids = [event(), event({}, 2), event({ index: 3 }), event({ messageId: 'other' })].map(
      (e) => e['sg_event_id'],
    );
    expect(new Set(ids).size).toBe(4);
    expect(event()['sg_event_id']).toBe(ids[0]);
  });
});
