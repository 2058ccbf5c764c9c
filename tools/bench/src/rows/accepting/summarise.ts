import { overTime } from '../../charts/over-time.js';
import { figure } from '../../cli/render-table.js';
import type { FloorFigure } from '../../floors/floor.js';
import { overallRate } from '../../floors/overall-rate.js';
import type { RowResult } from '../../row.js';
import { costOf, describeCost } from '../describe.js';
import type { Accepted } from './run-accepting.js';

/** What must be reached: a share of the floor, or a figure. */
export type Target = { readonly share: number } | { readonly perSecond: number };

export interface Outcome extends Accepted {
  readonly guestsPerCall: number;
  readonly target: Target;
  /** How it was measured. */
  readonly note: string;
}

const unit = 'guests/s';
const examples = 3;

/** What a row that creates guests came to. */
export function summariseAccepting(outcome: Outcome): RowResult {
  const { own, floors, guestsPerCall, missing, target, note } = outcome;
  const perSecond = own.perSecond * guestsPerCall;
  const floor = overallRate(floors) * guestsPerCall;
  const ratio = perSecond / floor;
  const guests = own.count * guestsPerCall;
  const reached = 'share' in target ? ratio >= target.share : perSecond >= target.perSecond;
  const eachFloor = (value: (one: FloorFigure) => number) =>
    floors.map((one) => figure(value(one))).join(' and ');
  return {
    ...{ figure: perSecond, unit, floor, ratio },
    target: 'share' in target ? `ratio ≥ ${target.share}` : `≥ ${figure(target.perSecond)}`,
    met: reached && missing.length === 0 && own.failures.length === 0,
    lost: missing.length,
    duplicated: 0,
    ...{ p50Ms: own.latency.p50Ms, p99Ms: own.latency.p99Ms },
    ...costOf(own.span, guests),
    notes: [
      note,
      `${figure(guests)} guests were promised and looked for in the table afterwards`,
      `floor: bare Fastify, compiled JSON schema and batched insert, asked by the same client: ${eachFloor((one) => one.perSecond * guestsPerCall)}/s, p99 ${eachFloor((one) => one.p99Ms)} ms`,
      ...describeCost(own.span, guests, 'guest'),
      ...(missing.length > 0
        ? [`LOST ${missing.length}, for instance: ${missing.slice(0, examples).join(', ')}`]
        : []),
      ...(own.failures.length > 0 ? [`NOT ACCEPTED: ${own.failures.join('; ')}`] : []),
    ],
    charts: overTime({
      unit,
      courses: [{ name: 'accepted', seconds: own.course, each: guestsPerCall }],
      limit: { name: 'floor', value: floor },
    }),
  };
}
