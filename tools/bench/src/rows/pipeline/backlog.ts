import type { Second } from '../../measure/timeline.js';

/** Sends that were accepted and not told of yet, at some moments of the load. */
export interface Backlog {
  readonly third: number;
  readonly twoThirds: number;
  readonly end: number;
  /** Whether it would go on growing: see {@link tolerance}. */
  readonly grows: boolean;
}

/** Of what was accepted after the first third, so much may still be under way in addition. */
const tolerance = 0.01;

/** @param seconds How long the load was. */
export function backlogOf(accepted: readonly Second[], told: readonly Second[], seconds: number): Backlog {
  const upTo = (course: readonly Second[], end: number) =>
    course.filter(({ second }) => second < end).reduce((sum, { count }) => sum + count, 0);
  const at = (end: number) => upTo(accepted, end) - upTo(told, end);
  const third = Math.max(1, Math.round(seconds / 3));
  const backlog = { third: at(third), twoThirds: at(2 * third), end: at(Math.floor(seconds)) };
  const after = upTo(accepted, Math.floor(seconds)) - upTo(accepted, third);
  return { ...backlog, grows: backlog.end - backlog.third > tolerance * after };
}
