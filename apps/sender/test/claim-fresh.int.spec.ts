import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SendRequestedV1 } from '@qflow/contracts';
import { inTransaction, sqlOf } from '@qflow/persistence';
import { mergeData, sendRequest } from '@qflow/testing';
import type { DataSource } from 'typeorm';
import type { ClaimedSend } from '../src/sends/claim.js';
import { claimFresh } from '../src/sends/claim-fresh.js';
import { returnClaims } from '../src/sends/wait-for-provider.js';
import { senderTables } from './sender-tables.js';

/** Requests that become claimed sends in one statement, and those that it leaves to others. */

let dataSource: DataSource;

senderTables((opened) => (dataSource = opened));
beforeEach(() => dataSource.query('TRUNCATE sends, open_sends, suppressions, account_providers'));

const claimed = (...requests: SendRequestedV1[]): Promise<ClaimedSend[]> =>
  claimFresh(sqlOf(dataSource), requests, { provider: 'sandbox', claimMs: 30_000 });

const idsOf = (sends: readonly { id: string }[]): string[] => sends.map(({ id }) => id);

const suppress = (accountId: string, email: string, reason: string | null): Promise<unknown> =>
  dataSource.query('INSERT INTO suppressions (account_id, email, reason) VALUES ($1, $2, $3)', [
    accountId,
    email,
    reason,
  ]);

describe('a new request', () => {
  it('is stored as claimed, with what its template shows as it came', async () => {
    const merge = mergeData({
      firstName: 'Zoë "Z" \\ \u001e\n🎟',
      customFields: { a: '\u001e', b: '{"c":[1]}' },
    });
    const [first, second] = [sendRequest({ merge, correlationId: 'order-1' }), sendRequest()];
    const sends = await claimed(first, second);
    expect(idsOf(sends)).toEqual([first.sendId, second.sendId]);
    expect(sends[0]).toMatchObject({ attempt: 1, provider: 'sandbox', correlation_id: 'order-1', merge });
    expect(
      await dataSource.query(
        `SELECT state, attempt, provider, recipient, merge, due_at, due_at > now() + interval '25 seconds' AS held
           FROM sends JOIN open_sends ON send_id = id WHERE id = $1`,
        [first.sendId],
      ),
    ).toEqual([
      {
        state: 'sending',
        attempt: 1,
        provider: 'sandbox',
        recipient: 'ada@example.com',
        merge,
        // By which the claim is given back: exactly that.
        due_at: sends[0]?.due_at,
        held: true,
      },
    ]);
  });

  it('is claimed by one of several that get it at once, and nobody waits for ever', async () => {
    const requests = Array.from({ length: 50 }, () => sendRequest());
    const claims = await Promise.all([
      claimed(...requests.toSorted((a, b) => (a.sendId < b.sendId ? -1 : 1))),
      claimed(...requests.toSorted((a, b) => (a.sendId < b.sendId ? -1 : 1))),
      claimed(...requests.toSorted((a, b) => (a.sendId < b.sendId ? -1 : 1))),
    ]);
    expect(claims.flatMap(idsOf).sort()).toEqual(requests.map(({ sendId }) => sendId).sort());
  });

  it('can be given back, and is then free to be claimed by whoever looks at what is due', async () => {
    const [send] = (await claimed(sendRequest())) as [ClaimedSend];
    const { id, attempt, due_at: claimedUntil } = send;
    await inTransaction(dataSource, (sql) =>
      returnClaims(sql, [{ id, attempt, claimedUntil, waitMs: 0, error: null }]),
    );
    expect(
      await dataSource.query(
        'SELECT state, attempt, provider, due_at <= now() AS due FROM sends JOIN open_sends ON send_id = id',
      ),
    ).toEqual([{ state: 'queued', attempt: 0, provider: null, due: true }]);
  });
});

describe('what is left to others', () => {
  it('is a send that is there already, which stays as it is', async () => {
    const request = sendRequest();
    await claimed(request);
    await dataSource.query(`UPDATE sends SET state = 'delivered'`);
    expect(await claimed(request, request)).toEqual([]);
    expect(await dataSource.query('SELECT state, attempt FROM sends')).toEqual([
      { state: 'delivered', attempt: 1 },
    ]);
  });

  it('is an address on the list of its account, in any letter case', async () => {
    const accountId = randomUUID();
    await suppress(accountId, 'gone@example.com', 'bounced');
    await suppress(accountId, 'back@example.com', null);
    const to = (email: string, account = accountId) =>
      sendRequest({ accountId: account, merge: mergeData({ email }) });
    const [back, elsewhere] = [to('back@example.com'), to('gone@example.com', randomUUID())];
    expect(idsOf(await claimed(to('Gone@Example.com'), back, elsewhere))).toEqual([
      back.sendId,
      elsewhere.sendId,
    ]);
    expect(await dataSource.query('SELECT FROM sends')).toHaveLength(2);
  });

  it('is an account with a list of providers of its own', async () => {
    const [own, other] = [sendRequest(), sendRequest()];
    await dataSource.query('INSERT INTO account_providers (account_id, providers) VALUES ($1, $2)', [
      own.accountId,
      ['smtp'],
    ]);
    expect(idsOf(await claimed(own, other))).toEqual([other.sendId]);
    expect(await dataSource.query('SELECT id FROM sends')).toEqual([{ id: other.sendId }]);
  });
});
