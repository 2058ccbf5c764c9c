import type { ProviderEventsV1 } from '@qflow/contracts';
import type { Sql, StoredOutboxEntry } from '@qflow/persistence';
import { inputsOfReports, storeReports, type Reported } from '../receipts/reported.js';
import { applyInputs } from '../sends/apply-inputs.js';
import type { Move } from '../sends/moving-sends.js';
import {
  attemptRow,
  inputsOfAttempts,
  unbindRetryable,
  type FinishedAttempt,
  type RetryLimits,
} from './finished-attempts.js';

/** What became of e-mails: what attempts came to, and what the provider reported. */
export interface Outcomes {
  attempts?: readonly FinishedAttempt[];
  reports?: readonly ProviderEventsV1[];
}

export interface RecordedOutcomes {
  entries: StoredOutboxEntry[];
  /** Reports that were never seen before. */
  fresh: Reported[];
}

/**
 * Writes what became of e-mails, the states that leads to and what integrators hear of it, in the caller's transaction.
 * Attempts come before reports: what was handed over is known by the time that a report of it is told.
 */
export async function recordOutcomes(
  sql: Sql,
  { attempts = [], reports = [] }: Outcomes,
  limits: RetryLimits,
  moves?: Move[],
): Promise<RecordedOutcomes> {
  const fresh = await storeReports(sql, reports);
  const inputs = [...inputsOfAttempts(attempts, limits), ...inputsOfReports(fresh)];
  const entries = await applyInputs(sql, inputs, { moves, attempts: attempts.map(attemptRow) });
  await unbindRetryable(sql, attempts);
  return { entries, fresh };
}
