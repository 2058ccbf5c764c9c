import { describe, expect, it } from '@jest/globals';
import { type Copy, providerEvent } from './provider-event.js';

const copy: Copy = {
  messageId: '5Zq8pVvyQ_iAdLyJ5yVQdg',
  index: 2,
  email: 'ann@example.com',
  categories: [],
  customArgs: { qflow_send_id: 's1' },
};
const parse = (json: string): Record<string, unknown> => JSON.parse(json) as Record<string, unknown>;
const event = (changes: Partial<Copy> = {}, position = 1): Record<string, unknown> =>
  parse(
    providerEvent(
      { ...copy, ...changes },
      { event: 'delivered', details: { tls: 1 } },
      position,
      1_700_000_000,
    ),
  );

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

  it('has an id of its own in every place, and the same one each time', () => {
    const ids = [event(), event({}, 2), event({ index: 3 }), event({ messageId: 'other' })].map(
      (e) => e['sg_event_id'],
    );
    expect(new Set(ids).size).toBe(4);
    expect(event()['sg_event_id']).toBe(ids[0]);
  });
});
