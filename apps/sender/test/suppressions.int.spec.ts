import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  deleteSuppression,
  listSuppressions,
  requestSend,
  type Page,
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
