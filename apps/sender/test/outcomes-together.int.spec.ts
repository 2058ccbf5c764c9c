import { describe, expect, it } from '@jest/globals';
import type { CommsEventV1, ProviderEvent } from '@qflow/contracts';
import { inTransaction, sqlOf } from '@qflow/persistence';
import { providerEvent, sendRequest } from '@qflow/testing';
import type { DataSource } from 'typeorm';
import type { FinishedAttempt } from '../src/outcomes/finished-attempts.js';
import { recordOutcomes, type RecordedOutcomes } from '../src/outcomes/record-outcomes.js';
import { claimFresh } from '../src/sends/claim-fresh.js';
import { senderTables } from './sender-tables.js';

/** Attempts and the reports of them that share a transaction. */

let dataSource: DataSource;

senderTables((opened) => (dataSource = opened));

async function attempted(is: 'accepted' | 'unknown'): Promise<FinishedAttempt> {
  const request = sendRequest();
  await claimFresh(sqlOf(dataSource), [request], { provider: 'sandbox', claimMs: 30_000 });
  return {
    sendId: request.sendId,
    attempt: 1,
    requestedAt: new Date(),
    startedAt: new Date(),
    finishedAt: new Date(),
    provider: 'sandbox',
    email: { subject: 'Your ticket', from: { email: 'tickets@example.com' } },
    outcome:
      is === 'accepted' ? { is, messageId: 'm1' } : { is, code: 'sandbox_no_answer', error: 'no answer' },
  };
}

const recorded = (attempts: FinishedAttempt[], ...events: ProviderEvent[]): Promise<RecordedOutcomes> =>
  inTransaction(dataSource, (sql) =>
    recordOutcomes(
      sql,
      {
        attempts,
        reports: [
          {
            kind: 'provider.events',
            version: 1,
            provider: 'sendgrid',
            receivedAt: new Date().toISOString(),
            events,
          },
        ],
      },
      { graceMs: 900_000, maxAgeMs: 86_400_000 },
    ),
  );

const told = ({ entries }: RecordedOutcomes): CommsEventV1[] =>
  entries.map(({ body }) => JSON.parse(body) as CommsEventV1);

const underWay = ({ sendId }: FinishedAttempt): Promise<unknown[]> =>
  dataSource.query('SELECT state, attempt FROM sends JOIN open_sends ON send_id = id WHERE id = $1', [
    sendId,
  ]);

describe('an answer and reports that arrive together', () => {
  it('are told in their order, and the report tells what was handed over', async () => {
    const attempt = await attempted('accepted');
    const { sendId } = attempt;
    const outcome = await recorded(
      [attempt],
      providerEvent({ sendId, type: 'delivered' }),
      providerEvent({ sendId, type: 'processed' }),
    );
    expect(told(outcome).map(({ type }) => type)).toEqual(['comms.sent', 'comms.delivered']);
    expect(told(outcome)[1]?.message).toMatchObject({
      subject: 'Your ticket',
      from: 'tickets@example.com',
      providerMessageId: 'm1',
    });
    expect(await underWay(attempt)).toEqual([]);
    expect(await dataSource.query('SELECT outcome FROM attempts WHERE send_id = $1', [sendId])).toEqual([
      { outcome: 'accepted' },
    ]);
  });

  it('settle an attempt without an answer at once', async () => {
    const attempt = await attempted('unknown');
    const outcome = await recorded([attempt], providerEvent({ sendId: attempt.sendId, type: 'processed' }));
    expect(told(outcome).map(({ type }) => type)).toEqual(['comms.sent']);
    expect(await underWay(attempt)).toEqual([]);
  });

  it('and that came before have no effect, but for what is new among them', async () => {
    const attempt = await attempted('accepted');
    const { sendId } = attempt;
    const [processed, delivered] = [
      providerEvent({ sendId, type: 'processed' }),
      providerEvent({ sendId, type: 'delivered' }),
    ];
    await recorded([attempt], processed);
    const again = await recorded([attempt], processed, delivered, delivered);
    expect(told(again).map(({ type }) => type)).toEqual(['comms.delivered']);
    expect(again.fresh.map(({ event }) => event.id)).toEqual([delivered.id]);
  });

  it('of sends of which one waits leave that one waiting', async () => {
    const [unknown, accepted] = [await attempted('unknown'), await attempted('accepted')];
    await recorded([unknown, accepted], providerEvent({ sendId: accepted.sendId, type: 'delivered' }));
    expect(await underWay(unknown)).toEqual([{ state: 'unknown', attempt: 1 }]);
    expect(await underWay(accepted)).toEqual([]);
  });
});

describe('more events than a row of the outbox should hold', () => {
  it('are all there', async () => {
    const attempts = await Promise.all(Array.from({ length: 301 }, () => attempted('accepted')));
    const { entries } = await recorded(attempts);
    const rows = await dataSource.query<{ count: number }[]>(
      'SELECT sum(message_count)::int AS count FROM outbox WHERE id = ANY($1::bigint[])',
      [[...new Set(entries.map(({ row }) => row.id))]],
    );
    expect([entries.length, rows[0]?.count]).toEqual([301, 301]);
  });
});
