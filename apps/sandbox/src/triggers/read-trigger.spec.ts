import { describe, expect, it } from '@jest/globals';
import { InvalidRequest } from '../api/invalid-request.js';
import { messageEventNames } from '../lives/usual-steps.js';
import { readTrigger } from './read-trigger.js';

describe('readTrigger', () => {
  it.each(messageEventNames)('takes %s', (event) => {
    expect(readTrigger({ event })).toEqual({ event, fields: {} });
  });

  it('knows all events of a message that SendGrid has', () => {
    expect([...messageEventNames].sort()).toEqual([
      'bounce',
      'click',
      'deferred',
      'delivered',
      'dropped',
      'group_resubscribe',
      'group_unsubscribe',
      'open',
      'processed',
      'spamreport',
      'unsubscribe',
    ]);
  });

  it('takes fields, also those that SendGrid does not have, and nulls', () => {
    const fields = { type: 'blocked', reason: 'x', attempt: 3, unheard_of: { a: 1 }, ip: null };
    expect(readTrigger({ event: 'bounce', ...fields })).toEqual({ event: 'bounce', fields });
  });

  it.each([
    ['event', { event: 'opened' }, /must be one of processed, .*POST \/events/],
    ['event', { event: 'blocked' }, /bounce with "type": "blocked"/],
    ['event', {}, /must be one of/],
    ['type', { event: 'bounce', type: 'hard' }, /"bounce" or "blocked"/],
    ['type', { event: 'dropped', type: 'blocked' }, /only a bounce/],
    ['timestamp', { event: 'open', timestamp: '2026' }, /Unix time/],
    ['asm_group_id', { event: 'group_unsubscribe', asm_group_id: 'x' }, /whole number/],
    ['sg_event_id', { event: 'open', sg_event_id: 'x'.repeat(101) }, /1 to 100/],
    ['category', { event: 'open', category: [1] }, /list of texts/],
    ['url', { event: 'click', url: 5 }, /a text/],
  ])('refuses a wrong %s', (path, body, message) => {
    const read = (): unknown => readTrigger(body);
    expect(read).toThrow(InvalidRequest);
    expect(read).toThrow(new RegExp(`^${path}: `));
    expect(read).toThrow(message);
  });

  it.each([null, [], 'open', undefined])('refuses a body that is %j', (body) => {
    expect(() => readTrigger(body)).toThrow('must be a JSON object');
  });
});
