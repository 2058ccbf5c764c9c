import { writeOutbox, type Sql, type StoredOutboxEntry } from '@qflow/persistence';
import type { Ending } from '../standing/ending.js';
import { updateStanding, type Turn } from '../standing/update-standing.js';
import { letterOf } from './dead-letter.js';
import type { Entry } from './entry.js';

/** What follows from deliveries that are over, once their transaction is committed. */
export interface Consequences {
  /** To be published. */
  outbox: StoredOutboxEntry[];
  /** Accounts of which a subscription changed. */
  changed: string[];
  turns: Turn[];
}

const gone = 410;

const outcomes: Partial<Record<Entry['verdict']['status'], Ending['outcome']>> = {
  delivered: 'delivered',
  failed: 'given-up',
  dead: 'given-up',
};

/** Tells of the deliveries that are over, in the transaction that recorded them: on DEAD, and to their standing. */
export async function tellEndings(sql: Sql, entries: readonly Entry[]): Promise<Consequences> {
  const { entries: events, changed, turns } = await updateStanding(sql, entries.flatMap(endingOf));
  const letters = entries.filter(({ verdict }) => verdict.status === 'dead').map(letterOf);
  return { outbox: await writeOutbox(sql, [...letters, ...events]), changed, turns };
}

/** None for what is still to come, for what was never attempted, and for test calls. */
function endingOf({ delivery, verdict, attempt }: Entry): Ending[] {
  const outcome = outcomes[verdict.status];
  if (!outcome || !attempt || delivery.origin === 'test') return [];
  const { subscriptionId, accountId, eventType } = delivery;
  const { statusCode, error } = attempt.result;
  const { changedAt } = attempt;
  return [
    {
      subscriptionId,
      accountId,
      eventType,
      outcome: statusCode === gone ? 'gone' : outcome,
      error,
      changedAt,
    },
  ];
}
