import { figure } from '../../cli/render-table.js';
import type { Kill } from '../../kills/killer.js';
import type { Span } from '../../measure/sampler.js';
import type { RowResult } from '../../row.js';
import type { BenchStack } from '../../stack/bench-stack.js';
import type { GuestLoad } from './guest-load.js';
import { costOf, describeCost } from '../describe.js';
import { judge, type Verdict } from './judge.js';
import type { Sandbox } from '../../load/sandbox.js';
import type { SenderTables, StoredSend } from '../../load/sender-tables.js';

export interface Outcome {
  readonly stack: BenchStack;
  readonly load: GuestLoad;
  readonly sandbox: Sandbox;
  readonly tables: SenderTables;
  /** Whether everything came to an end in the time given. */
  readonly quiet: boolean;
  readonly seed: number;
  readonly kills: readonly Kill[];
  readonly loadSeconds: number;
  /** From the last guest until nothing was under way. */
  readonly finishSeconds: number;
  /** What was used in these two together. */
  readonly span: Span;
}

export async function summarise(outcome: Outcome): Promise<RowResult> {
  const { stack, load, sandbox, tables, quiet } = outcome;
  const stored = await tables.sends();
  const verdict = judge({
    ...{ accepted: load.accepted, stored, taken: await sandbox.taken() },
    heard: await stack.receiver.ask('heard'),
  });
  const counts = await stack.receiver.ask('counts', {});
  const wrong = verdict.doubled.length + verdict.mistold.length + counts.changed + counts.refused;
  const { p50Ms, p99Ms } = load.latencies.summary();
  return {
    figure: verdict.whole,
    unit: 'sends whole',
    floor: load.accepted.size,
    ratio: verdict.whole / load.accepted.size,
    target: 'every accepted send ends, is mailed once and told of; repeats only after an unknown outcome',
    met: quiet && verdict.lost.length === 0 && wrong === 0,
    lost: verdict.lost.length,
    duplicated: verdict.documentedRepeats + verdict.doubled.length,
    wrong,
    p50Ms,
    p99Ms,
    ...costOf(outcome.span, load.accepted.size),
    notes: [
      `seed ${outcome.seed}; guests in ${figure(outcome.loadSeconds)} s, ${load.repeated} calls had to be repeated; ${outcome.kills.length} kills`,
      quiet
        ? `${figure(outcome.finishSeconds)} s after the last guest nothing was under way`
        : `STILL UNDER WAY after ${figure(outcome.finishSeconds)} s: ${await tables.underWay()} sends`,
      `attempts: ${tally([...stored.values()].flatMap(({ outcomes }) => outcomes))}`,
      `repeated after an unknown outcome, as documented: ${verdict.documentedRepeats} of ${figure(unknownOnes(stored))} sends with one`,
      `webhooks: ${figure(counts.arrivals)} arrived`,
      ...describeCost(outcome.span, load.accepted.size, 'send'),
      ...complaints(verdict, counts),
    ],
    details: {
      columns: ['state at the end', 'sends'],
      rows: rowsOf(tallied([...stored.values()].map(({ state }) => state))),
    },
  };
}

const unknownOnes = (stored: ReadonlyMap<string, StoredSend>): number =>
  [...stored.values()].filter(({ outcomes }) => outcomes.includes('unknown')).length;

const examples = 5;

function complaints(
  { lost, doubled, mistold }: Verdict,
  { changed, refused, reasons }: { changed: number; refused: number; reasons: readonly string[] },
): string[] {
  const some = (what: string, items: readonly string[]): string[] =>
    items.length === 0
      ? []
      : [`${what} ${items.length}, for instance: ${items.slice(0, examples).join('; ')}`];
  return [
    ...some('LOST', lost),
    ...some('MAILED MORE THAN ONCE without reason', doubled),
    ...some('WEBHOOKS WRONG', mistold),
    ...(changed > 0 ? [`CHANGED under the same id: ${changed}`] : []),
    ...(refused > 0 ? [`REFUSED by the receiver: ${refused}, for instance: ${reasons.join('; ')}`] : []),
  ];
}

function tallied(items: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}

const tally = (items: readonly string[]): string =>
  tallied(items)
    .map(([item, count]) => `${figure(count)} ${item}`)
    .join(', ');

const rowsOf = (counts: readonly [string, number][]): string[][] =>
  counts.map(([item, count]) => [item, figure(count)]);
