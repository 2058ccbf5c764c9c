import { describe, expect, it } from '@jest/globals';
import type { ProviderEvent } from '@qflow/contracts';
import { normaliseEntry, type SendgridEntry } from './normalise-entry.js';

const receivedAt = '2026-04-29T10:23:00.000Z';
const sendId = '0195f3a2-7c1e-7b52-9d0a-3f2b8c4d5e6f';

const normalise = (entry: SendgridEntry): ProviderEvent => normaliseEntry(entry, receivedAt);

/** An entry as SendGrid writes it, with what this test is about. */
const entryOf = (values: SendgridEntry): SendgridEntry => ({
  email: 'ada@example.com',
  timestamp: 1513299569,
  'smtp-id': '<14c5d75ce93.dfd.64b469@ismtpd-555>',
  sg_event_id: 'c2dfZXZlbnRfaWQ',
  sg_message_id: '14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0',
  qflow_send_id: sendId,
  qflow_attempt: '1',
  ...values,
});

describe('the type of an event', () => {
  it.each<[SendgridEntry, ProviderEvent['type']]>([
    [{ event: 'processed', pool: { name: 'main', id: 1 }, send_at: 1513299569 }, 'processed'],
    [{ event: 'deferred', response: '400 try again later', attempt: '5' }, 'deferred'],
    [{ event: 'deferred', response: '400 try again later', attempt: 5 }, 'deferred'],
    [{ event: 'delivered', response: '250 OK', ip: '127.0.0.1', tls: 1 }, 'delivered'],
    [{ event: 'bounce', type: 'bounce', status: '5.0.0' }, 'bounced'],
    [{ event: 'bounce', type: 'blocked', status: '4.0.0' }, 'blocked'],
    [{ event: 'bounce' }, 'bounced'],
    [{ event: 'dropped', reason: 'Bounced Address' }, 'dropped'],
    [{ event: 'open', useragent: 'Mozilla/4.0' }, 'opened'],
    [{ event: 'click', url: 'https://example.com' }, 'clicked'],
    [{ event: 'spamreport' }, 'spam_reported'],
    [{ event: 'unsubscribe' }, 'unsubscribed'],
    [{ event: 'group_unsubscribe', asm_group_id: 10 }, 'unsubscribed'],
    [{ event: 'group_resubscribe', asm_group_id: 10 }, 'resubscribed'],
    [{ event: 'account_status_change', type: 'compliance_suspend' }, 'account_status'],
    [{ event: ' Delivered\r\n' }, 'delivered'],
    [{ event: 'BOUNCE', type: 'Blocked ' }, 'blocked'],
    [{ event: 'bounce', type: ['blocked'] }, 'bounced'],
    [{ event: 'bounce', type: 'bounce', bounce_classification: 'blocked' }, 'bounced'],
    [{ event: 'blocked' }, 'other'],
    [{ event: 'levitated' }, 'other'],
    [{ event: 'constructor' }, 'other'],
    [{ event: 7 }, 'other'],
    [{}, 'other'],
  ])('%j is %s', (values, type) => {
    const entry = entryOf(values);
    expect(normalise(entry)).toMatchObject({ type, raw: entry });
  });

  it('reads an asynchronous bounce, which may lack the message id and the address of the server', () => {
    const entry = entryOf({ event: 'bounce', type: 'bounce', reason: '550 gone', status: '5.1.1' });
    delete entry.sg_message_id;
    delete entry['smtp-id'];
    expect(normalise(entry)).toMatchObject({ type: 'bounced', sendId, attempt: 1, reason: '550 gone' });
  });

  it('reads a change of the account, which is about no message', () => {
    const entry = { event: 'account_status_change', sg_event_id: 'c', timestamp: 1513299569 };
    expect(normalise({ ...entry, type: 'compliance_suspend' })).toMatchObject({
      id: 'c',
      type: 'account_status',
      sendId: null,
      attempt: null,
      reason: 'compliance_suspend',
    });
  });

  it('keeps an entry it does not understand whole', () => {
    const entry = { event: 'levitated', height: 12, nested: { deep: [1, 'two'] }, category: ['a', 'b'] };
    const { id, ...event } = normalise(entry);
    expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(event).toEqual({
      type: 'other',
      sendId: null,
      attempt: null,
      occurredAt: receivedAt,
      reason: null,
      url: null,
      machine: false,
      raw: entry,
    });
  });
});

describe('the ids', () => {
  it.each<[string, unknown, string | null]>([
    ['a GUID', sendId, sendId],
    ['a GUID in capitals', sendId.toUpperCase(), sendId],
    ['a GUID with space around it', ` ${sendId}\n`, sendId],
    ['something of another system', 'order-17', null],
    ['a number', 17, null],
    ['nothing', undefined, null],
    ['an array', [sendId], null],
  ])('takes the send id from %s', (_, value, expected) => {
    expect(normalise(entryOf({ qflow_send_id: value })).sendId).toBe(expected);
  });

  it.each<[unknown, number | null]>([
    ['1', 1],
    [2, 2],
    [' 3 ', 3],
    ['', null],
    ['two', null],
    [-1, null],
    [1.5, null],
    [2 ** 31, null],
    [undefined, null],
  ])('takes the attempt from %j', (value, expected) => {
    expect(normalise(entryOf({ qflow_attempt: value })).attempt).toBe(expected);
  });

  it('is never taken from the attempt counter of a deferral', () => {
    expect(normalise(entryOf({ event: 'deferred', attempt: 9, qflow_attempt: 2 })).attempt).toBe(2);
  });

  it.each<[string, unknown, string]>([
    ['a string', 'c2dfZXZlbnRfaWQ', 'c2dfZXZlbnRfaWQ'],
    ['a number', 77, '77'],
    ['100 characters', 'x'.repeat(100), 'x'.repeat(100)],
    ['a string with space around it', ' c2df ', 'c2df'],
    ['a number whose digits were kept', '12345678901234567891', '12345678901234567891'],
  ])('takes sg_event_id from %s', (_, value, expected) => {
    expect(normalise(entryOf({ sg_event_id: value })).id).toBe(expected);
  });

  it.each([undefined, null, '', ' ', 'x'.repeat(101), { id: 1 }, ['a'], true])(
    'makes up for the sg_event_id %j',
    (value) => {
      const made = normalise(entryOf({ event: 'bounce', sg_event_id: value })).id;
      expect(made).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(normalise(entryOf({ event: 'bounce', sg_event_id: value })).id).toBe(made);
      expect(normalise(entryOf({ event: 'open', sg_event_id: value })).id).not.toBe(made);
    },
  );
});

describe('the time', () => {
  it.each<[unknown, string]>([
    [1513299569, '2017-12-15T00:59:29.000Z'],
    ['1513299569', '2017-12-15T00:59:29.000Z'],
    [1513299569.25, '2017-12-15T00:59:29.250Z'],
    [1777458179, '2026-04-29T10:22:59.000Z'],
    [1777458180, receivedAt],
    [1777458181, receivedAt],
    [253_402_300_799, receivedAt],
    [253_402_300_800, receivedAt],
    ['12345678901234567891', receivedAt],
    [0, receivedAt],
    [-5, receivedAt],
    ['yesterday', receivedAt],
    ['0x5f', receivedAt],
    [null, receivedAt],
    [undefined, receivedAt],
    [{}, receivedAt],
  ])('of %j is %s', (timestamp, expected) => {
    expect(normalise(entryOf({ timestamp })).occurredAt).toBe(expected);
  });
});

describe('what comes with some types', () => {
  it.each<[SendgridEntry, string | null]>([
    [{ event: 'bounce', type: 'bounce', reason: '550 no such user' }, '550 no such user'],
    [{ event: 'bounce', type: 'blocked', reason: '421 slow down' }, '421 slow down'],
    [{ event: 'dropped', reason: 'Spam Content' }, 'Spam Content'],
    [{ event: 'deferred', response: '400 try again later' }, '400 try again later'],
    [{ event: 'deferred', response: 400 }, '400'],
    [{ event: 'bounce', reason: '' }, null],
    [{ event: 'bounce' }, null],
    [{ event: 'delivered', response: '250 OK' }, null],
  ])('tells the reason of %j', (values, expected) => {
    expect(normalise(entryOf(values)).reason).toBe(expected);
  });

  it.each<[SendgridEntry, string | null]>([
    [
      { event: 'click', url: 'https://example.com/a?b=c', url_offset: { index: 0, type: 'html' } },
      'https://example.com/a?b=c',
    ],
    [{ event: 'click' }, null],
    [{ event: 'open', url: 'https://example.com' }, null],
  ])('tells the link of %j', (values, expected) => {
    expect(normalise(entryOf(values)).url).toBe(expected);
  });

  it.each<[SendgridEntry, boolean]>([
    [{ event: 'open', sg_machine_open: true }, true],
    [{ event: 'open', sg_machine_open: 'true' }, true],
    [{ event: 'open', sg_machine_open: 1 }, true],
    [{ event: 'open', sg_machine_open: 'True' }, true],
    [{ event: 'open', sg_machine_open: false }, false],
    [{ event: 'open', sg_machine_open: 'false' }, false],
    [{ event: 'open' }, false],
    [{ event: 'delivered', sg_machine_open: true }, false],
  ])('tells whether software was behind %j', (values, expected) => {
    expect(normalise(entryOf(values)).machine).toBe(expected);
  });

  it.each([['one'], [['one', 'two']]])('does not mind the category %j', (category) => {
    expect(normalise(entryOf({ event: 'processed', category }))).toMatchObject({
      type: 'processed',
      raw: { category },
    });
  });
});
