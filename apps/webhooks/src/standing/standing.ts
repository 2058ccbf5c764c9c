import type { EndpointReport, EventType } from '@qflow/contracts';
import type { Ending } from './ending.js';

/** How a subscription stands with its endpoint. */
export interface Standing {
  active: boolean;
  /** Deliveries in a row that failed for good. */
  failures: number;
  /** The share of the way to being disabled that was last told, in percent; 0 where nothing is to be taken back. */
  warned: number;
  /** Failures in a row that disable it; null never does. */
  disableAfter: number | null;
}

/** What operational subscribers are told, as it was at that moment. */
export type Announcement = Pick<EndpointReport, 'failures' | 'lastError' | 'disabledReason'> & {
  type: Extract<EventType, `endpoint.${string}`>;
};

export interface Change {
  /** The very same object where nothing has changed. */
  standing: Standing;
  announce: Announcement[];
}

/** Percent of the way at which its owner is warned, first to last. */
const warnings = [50, 75, 90];

/** The way of a subscription that is never disabled; at its end one more warning is due. */
const wayWithoutEnd = 20;

type Outcome = Pick<Ending, 'eventType' | 'outcome' | 'error'>;

/**
 * The state machine of a subscription's standing. Outcomes count one after the other, so what is told does not depend
 * on how they were gathered into batches.
 *
 * ```
 *            given-up (counts)                    given-up (the last one), gone
 *   ┌──────┐ ───────────────▶ ┌────────────────┐ ─────────────▶ ┌──────────┐
 *   │ fine │                  │ failing 50…90 %│                │ disabled │  nothing counts any more
 *   └──────┘ ◀─────────────── └────────────────┘                └──────────┘
 *            delivered: endpoint.recovered
 * ```
 *
 * Operational events are deliveries too, and so may cause further ones. That comes to an end because their *success*
 * takes no warning back: between two ordinary successes (or acts of its owner) a subscription tells of each step of
 * its way once and of being disabled once, whatever its receiver answers to operational events.
 */
export function standingAfter(before: Standing, outcomes: readonly Outcome[]): Change {
  const announce: Announcement[] = [];
  let standing = before;
  for (const outcome of outcomes) {
    // What was under way when it was disabled says nothing new.
    if (!standing.active) break;
    standing =
      outcome.outcome === 'delivered'
        ? afterSuccess(standing, outcome, announce)
        : afterFailure(standing, outcome, announce);
  }
  return { standing, announce };
}

function afterSuccess(standing: Standing, { eventType }: Outcome, announce: Announcement[]): Standing {
  const recovered = standing.warned > 0 && !isOperational(eventType);
  if (standing.failures === 0 && !recovered) return standing;
  if (recovered)
    announce.push({ type: 'endpoint.recovered', failures: 0, lastError: null, disabledReason: null });
  return { ...standing, failures: 0, warned: recovered ? 0 : standing.warned };
}

function afterFailure(standing: Standing, { outcome, error }: Outcome, announce: Announcement[]): Standing {
  const failures = standing.failures + 1;
  const spent = standing.disableAfter !== null && failures >= standing.disableAfter;
  if (outcome === 'gone' || spent) {
    const disabledReason = outcome === 'gone' ? 'gone' : 'failures';
    announce.push({ type: 'endpoint.disabled', failures, lastError: error, disabledReason });
    return { ...standing, active: false, failures, warned: 100 };
  }
  const reached = reachedBy(failures, standing.disableAfter);
  if (reached <= standing.warned) return { ...standing, failures };
  announce.push({ type: 'endpoint.failing', failures, lastError: error, disabledReason: null });
  return { ...standing, failures, warned: reached };
}

/** The highest warning that so many failures call for, in percent; 0 for none. */
function reachedBy(failures: number, disableAfter: number | null): number {
  const percent = (100 * failures) / (disableAfter ?? wayWithoutEnd);
  const steps = disableAfter === null ? [...warnings, 100] : warnings;
  return steps.findLast((step) => percent >= step) ?? 0;
}

const isOperational = (type: EventType): boolean => type.startsWith('endpoint.');
