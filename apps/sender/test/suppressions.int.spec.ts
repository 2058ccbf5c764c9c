import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  deleteSuppression,
  listSuppressions,
  providerEventsV1,
  requestSend,
  type Page,
  type ProviderEventType,
  type SendState,
  type Suppression,
} from '@qflow/contracts';
import { mergeData, providerEvent, sendRequest } from '@qflow/testing';
import { resendOf } from './requests.js';
import { SenderHarness } from './sender-harness.js';

let harness: SenderHarness;

beforeAll(async () => {
  harness = await SenderHarness.start();
});
afterAll(() => harness.stop());

const list = (
  accountId: string,
  values: { email?: string; after?: string | null; limit?: number } = {},
): Promise<Page<Suppression>> =>
  harness.rpc.ask(listSuppressions, { accountId, email: null, after: null, limit: 50, ...values });

const lift = (accountId: string, email: string): Promise<{ deleted: true }> =>
  harness.rpc.ask(deleteSuppression, { accountId, email });

/** A send to this address that bounced. */
async function bounced(email: string, accountId: string = randomUUID()) {
  const send = sendRequest({ accountId, merge: mergeData({ email }) });
  await harness.request(send);
  await harness.state(send, 'sent');
  await harness.report(providerEvent({ sendId: send.sendId, type: 'bounced', reason: '550' }));
  await harness.state(send, 'bounced');
  return send;
}

describe('the suppression list', () => {
  it('has the address, the reason and the send that caused it', async () => {
    const { accountId, sendId } = await bounced('Ada@Example.com');
    const entry = {
      email: 'ada@example.com',
      reason: 'bounced',
      attendeeInvitationId: sendId,
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    };
    expect(await list(accountId)).toEqual({ items: [entry], next: null });
    expect((await list(accountId, { email: 'ADA@example.COM' })).items).toEqual([entry]);
    expect((await list(accountId, { email: 'grace@example.com' })).items).toEqual([]);
    expect((await list(randomUUID())).items).toEqual([]);
  });

  it('comes in pages, newest first, each address once', async () => {
    const accountId = randomUUID();
    await harness.query(
      `INSERT INTO suppressions (account_id, email, reason, send_id, created_at)
       SELECT $1, 'guest' || n || '@example.com', 'bounced', gen_random_uuid(), timestamptz '2026-01-01' + (n / 3) * interval '1 us'
         FROM generate_series(1, 50) AS n`,
      [accountId],
    );
    const emails: string[] = [];
    for (let after: string | null = null; ;) {
      const page: Page<Suppression> = await list(accountId, { after, limit: 7 });
      emails.push(...page.items.map(({ email }) => email));
      if (page.next === null) break;
      after = page.next;
    }
    const rows = await harness.query<{ email: string }>(
      'SELECT email FROM suppressions WHERE account_id = $1 ORDER BY created_at DESC, email DESC',
      [accountId],
    );
    expect(emails).toEqual(rows.map(({ email }) => email));
  });

  it.each([
    '',
    'x',
    'WyIxIl0',
    Buffer.from('["1",2]').toString('base64url'),
    Buffer.from('["1","a\\u0000"]').toString('base64url'),
  ])('refuses the cursor %j', async (after) => {
    await expect(list(randomUUID(), { after })).rejects.toMatchObject({
      code: 'validation_error',
      extras: { errors: [{ path: '/after' }] },
    });
  });
});

describe('what suppresses', () => {
  const table: [ProviderEventType, string | null, Suppression['reason'] | null][] = [
    ['bounced', '550 no such user', 'bounced'],
    ['spam_reported', null, 'spam_reported'],
    ['unsubscribed', null, 'unsubscribed'],
    ['dropped', 'Bounced Address', 'dropped'],
    ['dropped', 'Unsubscribed Address', 'dropped'],
    ['dropped', 'Spam Reporting Address', 'dropped'],
    ['dropped', 'Invalid', 'dropped'],
    ['dropped', 'Spam Content', null],
    ['dropped', 'Recipient List over Package Quota', null],
    ['blocked', '421 try again later', null],
    ['deferred', 'mailbox busy', null],
    ['resubscribed', null, null],
    ['opened', null, null],
  ];

  it.each(table)('%s (%s): %s', async (type, reason, expected) => {
    const send = await harness.stored({ state: 'sent', merge: mergeData({ email: 'who@example.com' }) });
    const marker = await harness.stored({ state: 'sent' });
    await harness.report(
      providerEvent({ sendId: send.sendId, type, reason }),
      providerEvent({ sendId: marker.sendId, type: 'spam_reported' }),
    );
    await harness.state(marker, 'spam_reported');
    expect((await list(send.accountId)).items.map((item) => item.reason)).toEqual(expected ? [expected] : []);
  });

  it('and shows the most serious reason, with its send and its moment, in every order of arrival', async () => {
    const accountId = randomUUID();
    const emails = ['a@example.com', 'b@example.com'];
    for (const [index, email] of emails.entries()) {
      const reported = await Promise.all(
        (['unsubscribed', 'bounced', 'spam_reported'] as const).map(async (type, second) => {
          const { sendId } = await harness.stored({ state: 'sent', accountId, merge: mergeData({ email }) });
          return providerEvent({ sendId, type, occurredAt: `2026-01-01T00:00:0${second}.000Z` });
        }),
      );
      for (const event of index === 0 ? reported : reported.reverse()) {
        await harness.report(event);
        await harness.state({ accountId, sendId: event.sendId as string }, event.type as SendState);
      }
      const complaint = reported.find(({ type }) => type === 'spam_reported');
      expect((await list(accountId, { email })).items).toEqual([
        {
          email,
          reason: 'spam_reported',
          attendeeInvitationId: complaint?.sendId,
          created: complaint?.occurredAt,
        },
      ]);
    }
  });
});

describe('lifting a suppression', () => {
  it('makes sending possible again, to the same pair and to others', async () => {
    const earlier = await bounced('back@example.com');
    const merge = mergeData({ email: 'back@example.com' });
    const dropped = sendRequest({ accountId: earlier.accountId, merge });
    await harness.request(dropped);
    await harness.state(dropped, 'dropped');

    expect(await lift(earlier.accountId, 'BACK@example.com')).toEqual({ deleted: true });
    expect((await list(earlier.accountId)).items).toEqual([]);
    for (const pair of [earlier, dropped, sendRequest({ accountId: earlier.accountId })]) {
      const ticket = await harness.rpc.ask(requestSend, resendOf(pair, { merge }));
      await harness.state({ accountId: pair.accountId, sendId: ticket.attendeeInvitationId }, 'sent');
    }
    const guest = sendRequest({ accountId: earlier.accountId, merge });
    await harness.request(guest);
    await harness.state(guest, 'sent');
  });

  it('lasts until there is a new reason', async () => {
    const earlier = await bounced('again@example.com');
    const merge = mergeData({ email: 'again@example.com' });
    await lift(earlier.accountId, 'again@example.com');
    const later = await bounced('again@example.com', earlier.accountId);
    expect((await list(earlier.accountId)).items).toMatchObject([{ attendeeInvitationId: later.sendId }]);
    for (const pair of [earlier, later])
      await expect(harness.rpc.ask(requestSend, resendOf(pair, { merge }))).rejects.toMatchObject({
        code: 'previous_send_permanently_failed',
      });
  });

  it('is not undone by late reports of what happened before', async () => {
    for (const type of ['bounced', 'spam_reported', 'unsubscribed'] as const) {
      const email = `late-${type}@example.com`;
      const earlier = await bounced(email);
      const unheard = await harness.stored({
        state: 'delivered',
        accountId: earlier.accountId,
        merge: mergeData({ email }),
      });
      const before = new Date(Date.now() - 60_000).toISOString();
      await lift(earlier.accountId, email);
      await harness.report(providerEvent({ sendId: unheard.sendId, type, occurredAt: before }));
      // It is told of its own send, and stands in nobody's way.
      await harness.state(unheard, type);
      expect((await list(earlier.accountId)).items).toEqual([]);
      for (const pair of [earlier, unheard])
        expect(await harness.rpc.ask(requestSend, resendOf(pair, { merge: unheard.merge }))).toMatchObject({
          status: 'queued',
        });
    }
  });

  it('ends what the list knows by then, also where the clock that told of it is ahead', async () => {
    const send = await harness.stored({ state: 'sent', merge: mergeData({ email: 'ahead@example.com' }) });
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
    await harness.platform.messages.publish(providerEventsV1.subject, {
      kind: 'provider.events',
      version: 1,
      provider: 'sendgrid',
      receivedAt: inAnHour,
      events: [providerEvent({ sendId: send.sendId, type: 'bounced', occurredAt: inAnHour })],
    });
    await harness.state(send, 'bounced');
    await lift(send.accountId, 'ahead@example.com');
    expect((await list(send.accountId)).items).toEqual([]);
    expect(await harness.rpc.ask(requestSend, resendOf(send))).toMatchObject({ status: 'queued' });
  });

  it('changes nothing for pairs that failed for another reason since', async () => {
    const earlier = await bounced('spam@example.com');
    await lift(earlier.accountId, 'spam@example.com');
    const ticket = await harness.rpc.ask(
      requestSend,
      resendOf(earlier, { merge: mergeData({ email: 'spam@example.com' }) }),
    );
    const second = { accountId: earlier.accountId, sendId: ticket.attendeeInvitationId };
    await harness.state(second, 'sent');
    await harness.report(providerEvent({ sendId: second.sendId, type: 'dropped', reason: 'Spam Content' }));
    await harness.state(second, 'dropped');
    // Not the address's fault, so it is on no list; but this pair is refused.
    expect((await list(earlier.accountId)).items).toEqual([]);
    await expect(harness.rpc.ask(requestSend, resendOf(earlier))).rejects.toMatchObject({
      extras: { previous: { attendeeInvitationId: second.sendId, status: 'dropped' } },
    });
  });

  it('of an address that is not there, or another account’s, is not found', async () => {
    const { accountId } = await bounced('mine@example.com');
    await expect(lift(randomUUID(), 'mine@example.com')).rejects.toMatchObject({ code: 'not_found' });
    await lift(accountId, 'mine@example.com');
    await expect(lift(accountId, 'mine@example.com')).rejects.toMatchObject({ code: 'not_found' });
  });
});
