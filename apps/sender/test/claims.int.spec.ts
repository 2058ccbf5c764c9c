import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ProviderName, SendState } from '@qflow/contracts';
import { inTransaction, sqlOf, type Sql } from '@qflow/persistence';
import { sendRequest } from '@qflow/testing';
import type { DataSource } from 'typeorm';
import { recordOutcomes } from '../src/outcomes/record-outcomes.js';
import type { CircuitStatus } from '../src/provider/provider-circuit.js';
import { Routing } from '../src/provider/routing.js';
import type { ClaimedSend, ClaimOptions, Claims } from '../src/sends/claim.js';
import { claimDue } from '../src/sends/due-sends.js';
import { returnClaims } from '../src/sends/wait-for-provider.js';
import { senderTables } from './sender-tables.js';

/** Claims in the table, with nobody else at it. */

let dataSource: DataSource;

senderTables((opened) => (dataSource = opened));
beforeEach(() => dataSource.query('TRUNCATE sends, open_sends, attempts'));

const transaction = <T>(work: (sql: Sql) => Promise<T>): Promise<T> => inTransaction(dataSource, work);

const day = 24 * 60 * 60 * 1000;

async function stored(state: SendState, provider: ProviderName | null = null, attempt = 0): Promise<string> {
  const { sendId, accountId, eventId, attendeeId, templateId } = sendRequest();
  await dataSource.query(
    `WITH open AS (INSERT INTO open_sends (send_id, due_at) VALUES ($1, now()))
     INSERT INTO sends (id, account_id, event_id, attendee_id, template_id, template_version, recipient, state,
                        provider, attempt, created_at)
     VALUES ($1, $2, $3, $4, $5, 1, 'ada@example.com', $6, $7, $8, now())`,
    [sendId, accountId, eventId, attendeeId, templateId, state, provider, attempt],
  );
  return sendId;
}

const attempted = (sendId: string, attempt: number, outcome: string): Promise<unknown> =>
  dataSource.query(
    `INSERT INTO attempts (send_id, attempt, started_at, finished_at, outcome) VALUES ($1, $2, now(), now(), $3)`,
    [sendId, attempt, outcome],
  );

const claimed = (statuses: Partial<Record<ProviderName, CircuitStatus>> = {}): Promise<Claims> => {
  const options: ClaimOptions = {
    claimMs: 30_000,
    maxAgeMs: day,
    states: ['queued', 'unknown'],
    routing: () =>
      new Routing(
        ['sendgrid', 'sandbox'],
        new Map<ProviderName, CircuitStatus>([
          ['sendgrid', statuses.sendgrid ?? { is: 'open' }],
          ['sandbox', statuses.sandbox ?? { is: 'open' }],
        ]),
        Date.now(),
      ),
  };
  return transaction((sql) => claimDue(sql, options));
};

const claimedOne = async (): Promise<ClaimedSend> => {
  const [send] = (await claimed()).claimed;
  if (!send) throw new Error('nothing was claimed');
  return send;
};

const giveBack = ({ id, attempt, due_at }: ClaimedSend): Promise<void> =>
  transaction((sql) => returnClaims(sql, [{ id, attempt, claimedUntil: due_at, waitMs: 0, error: null }]));

const downForAMinute = (): CircuitStatus => ({
  is: 'down',
  because: 'down',
  error: 'away',
  since: Date.now(),
  until: Date.now() + 60_000,
  trying: false,
});

async function rowOf(sendId: string): Promise<Record<string, unknown>> {
  const [row] = await sqlOf(dataSource)<Record<string, unknown>>(
    'SELECT state, attempt, provider, error FROM sends WHERE id = $1',
    [sendId],
  );
  return row ?? {};
}

describe('a claim that is given back', () => {
  it('leaves the send as it was', async () => {
    const sendId = await stored('queued');
    await giveBack(await claimedOne());
    expect(await rowOf(sendId)).toMatchObject({ state: 'queued', attempt: 0, provider: null });
  });

  it('twice, because nobody knew whether the first time was committed, leaves the next claim alone', async () => {
    const sendId = await stored('queued');
    const first = await claimedOne();
    await giveBack(first);
    const second = await claimedOne();
    expect(second.attempt).toBe(first.attempt);
    // Were this one given back, a third would mail the guest while the second does.
    await giveBack(first);
    expect(await rowOf(sendId)).toMatchObject({ state: 'sending', attempt: 1, provider: 'sendgrid' });
    await giveBack(second);
    expect(await rowOf(sendId)).toMatchObject({ state: 'queued', attempt: 0 });
  });

  it('of an e-mail that may have left is unknown again, and of the same provider', async () => {
    const sendId = await stored('unknown', 'sandbox', 1);
    await attempted(sendId, 1, 'unknown');
    await giveBack(await claimedOne());
    expect(await rowOf(sendId)).toMatchObject({ state: 'unknown', attempt: 1, provider: 'sandbox' });
  });

  it('after an attempt that failed still knows who may have the e-mail since an earlier one', async () => {
    const sendId = await stored('queued', 'sandbox', 2);
    await attempted(sendId, 1, 'unknown');
    await attempted(sendId, 2, 'retryable');
    await giveBack(await claimedOne());
    expect(await rowOf(sendId)).toMatchObject({ state: 'queued', attempt: 2, provider: 'sandbox' });
  });
});

describe('a send that an earlier release has tried, and named nobody', () => {
  it('stays with the only provider there was then, where that may have it', async () => {
    const sendId = await stored('queued', null, 2);
    await attempted(sendId, 1, 'unknown');
    await attempted(sendId, 2, 'retryable');
    const { claimed: claims, waiting } = await claimed({ sendgrid: downForAMinute() });
    expect([claims, waiting]).toEqual([[], 1]);
    expect(await rowOf(sendId)).toMatchObject({
      state: 'queued',
      error: 'waits for sendgrid, it is down: away',
    });
  });
});

describe('a wait', () => {
  afterEach(() => void jest.restoreAllMocks());

  const due = async (sendId: string): Promise<number> => {
    const [row] = await sqlOf(dataSource)<{ seconds: string }>(
      'SELECT extract(epoch FROM due_at - now()) AS seconds FROM open_sends WHERE send_id = $1',
      [sendId],
    );
    return Number(row?.seconds);
  };

  it('for a provider lasts as long as it is to, however far we are behind the database', async () => {
    const sendId = await stored('queued');
    const behind = Date.now() - 60 * 60 * 1000;
    jest.spyOn(Date, 'now').mockReturnValue(behind);
    // Due in the past it would be looked at again at once, and so on.
    const closed = { sendgrid: downForAMinute(), sandbox: downForAMinute() };
    expect((await claimed(closed)).waiting).toBe(1);
    expect(await due(sendId)).toBeGreaterThan(50);
    expect((await claimed(closed)).waiting).toBe(0);
  });

  it('for the events of an unknown e-mail lasts its whole grace, whatever the time is here', async () => {
    const sendId = await stored('queued');
    const { attempt, created_at } = await claimedOne();
    // An hour behind the database.
    const then = new Date(Date.now() - 60 * 60 * 1000);
    await transaction((sql) =>
      recordOutcomes(
        sql,
        {
          attempts: [
            {
              sendId,
              attempt,
              requestedAt: created_at,
              startedAt: then,
              finishedAt: then,
              provider: 'sendgrid',
              email: null,
              outcome: { is: 'unknown', code: 'sendgrid_no_answer', error: 'no answer' },
            },
          ],
        },
        { graceMs: 900_000, maxAgeMs: day },
      ),
    );
    expect(await rowOf(sendId)).toMatchObject({ state: 'unknown' });
    expect(await due(sendId)).toBeGreaterThan(800);
  });
});

describe('unknown sends that are too old', () => {
  it('are not tried again, however many wait to be given up', async () => {
    const old = await stored('unknown', 'sendgrid', 1);
    const young = await stored('unknown', 'sendgrid', 1);
    await dataSource.query(`UPDATE sends SET created_at = now() - interval '2 days' WHERE id = $1`, [old]);
    expect((await claimed()).claimed.map(({ id }) => id)).toEqual([young]);
    expect(await rowOf(old)).toMatchObject({ state: 'unknown', attempt: 1 });
  });
});
