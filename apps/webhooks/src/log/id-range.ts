import { invalidField } from '@qflow/contracts';
import { lowestIdAt } from '@qflow/persistence';

/**
 * A part of the log, by ids: they are in time order, so PostgreSQL leaves out the days that it does not touch. Both ends
 * are outside of it, which makes no difference to moments: the lowest id of a moment is nobody's.
 */
export interface IdRange {
  after: string;
  before: string;
}

/** A UUIDv7 has 48 bits for its milliseconds. */
const lastMoment = 2 ** 48 - 1;

/** The ids from one moment to another, ms since the epoch; null leaves an end open. */
export const idsBetween = (since: number | null, until: number | null): IdRange => ({
  after: idAt(since ?? 0),
  before: idAt(until ?? lastMoment),
});

const idAt = (time: number): string => lowestIdAt(Math.min(time, lastMoment));

/**
 * A moment of a request, ms since the epoch.
 * @throws CodedError `validation_error` where it is none
 */
export function momentOf(path: '/since' | '/until', text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw invalidField(path, 'must be a time such as 2026-03-01T12:00:00Z');
  return time;
}
