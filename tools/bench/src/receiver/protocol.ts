import type { LatencySummary } from '../measure/latencies.js';
import type { Second } from '../measure/timeline.js';
import type { Behaviour } from './endpoint.js';
import type { Heard } from './hearing.js';
import type { Account, Expected, Repeat } from './ledger.js';

/** What the receiver's process can be asked, by name. */
export interface Questions {
  /** Makes endpoints; the answer is their ports. They refuse until told otherwise. */
  open(request: { names: readonly string[]; group: string }): Record<string, number>;
  trust(request: { secrets: Readonly<Record<string, string>> }): void;
  behave(request: { names: readonly string[]; behaviour: Behaviour }): void;
  /** From when an event was due to its first arrival, of the endpoints of one group, over some phases. */
  latencies(request: { group: string; phases: readonly string[] }): LatencySummary;
  /** The same of one phase, second by second from `start` (on the clock of `nowMicros`). */
  course(request: { group: string; phase: string; start: number }): CourseAnswer;
  account(request: { expectations: readonly Expected[] }): Account;
  repeats(): readonly Repeat[];
  heard(): Heard;
  counts(request: { endpoint?: string }): Counts;
}

/**
 * Under this group a send counts once, when its second type of webhook came: `comms.sent` and `comms.delivered`, in
 * whichever order.
 */
export const wholeGroup = (group: string): string => `${group}, whole`;

export interface CourseAnswer {
  readonly seconds: readonly Second[];
  /** Latencies ended in this many microseconds after `start`: the first, and the last. */
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

export interface Counts {
  /** Genuine requests, repetitions included. */
  readonly arrivals: number;
  /** Different webhooks that came to the endpoint asked about. */
  readonly distinct: number;
  /** Bodies that differ from an earlier one under the same id. */
  readonly changed: number;
  /** Requests that were not genuine. */
  readonly refused: number;
  /** Why the first few of these were refused. */
  readonly reasons: readonly string[];
}
