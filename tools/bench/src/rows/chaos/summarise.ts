import { figure } from '../../cli/render-table.js';
import type { Kill } from '../../kills/killer.js';
import type { Audience } from '../../load/steady-load.js';
import type { Expected, Repeat } from '../../receiver/ledger.js';
import type { RowResult } from '../../row.js';
import type { BenchStack } from '../../stack/bench-stack.js';
import { complaints } from '../describe.js';
import { explainRepeats, reasonsOf, unexplained } from './explain-repeats.js';

export interface Outcome {
  readonly audiences: readonly Audience[];
  readonly expectations: readonly Expected[];
  readonly kills: readonly Kill[];
  readonly seed: number;
  /** Whether nothing was left waiting in the time given. */
  readonly quiet: boolean;
  /** The beginning, on the clock of `nowMicros`. */
  readonly from: number;
  readonly loadSeconds: number;
  /** From the last event until nothing was left waiting. */
  readonly finishSeconds: number;
}

export async function summarise(stack: BenchStack, outcome: Outcome): Promise<RowResult> {
  const { receiver } = stack;
  const { kills, quiet } = outcome;
  const account = await receiver.ask('account', { expectations: outcome.expectations });
  const counts = await receiver.ask('counts', {});
  const repeats = await receiver.ask('repeats');
  const latencies = await receiver.ask('latencies', { group: 'all', phases: ['chaos'] });
  const reasons = explainRepeats(repeats, kills);
  const states = await logOf(stack, outcome.audiences);
  const disagreeing = account.expected - (states.get('delivered') ?? 0);
  const wrong = counts.changed + counts.refused + account.unexpected + Math.abs(disagreeing);
  const inexplicable = reasons.get(unexplained) ?? 0;
  return {
    figure: account.arrived,
    unit: 'deliveries arrived',
    floor: account.expected,
    ratio: account.arrived / account.expected,
    target: 'all of them, the log agrees, every repetition explained',
    met: quiet && account.lost === 0 && wrong === 0 && inexplicable === 0,
    lost: account.lost,
    duplicated: repeats.length,
    wrong,
    p50Ms: latencies.p50Ms,
    p99Ms: latencies.p99Ms,
    notes: [
      `seed ${outcome.seed}; ${kills.length} kills in ${figure(Math.round(outcome.loadSeconds))} s of load: ${tally(kills)}`,
      quiet
        ? `${figure(outcome.finishSeconds)} s after the last event nothing was left waiting`
        : `STILL WAITING after ${figure(outcome.finishSeconds)} s: ${await leftOver(stack)}`,
      `the log says: ${[...states].map(([status, count]) => `${figure(count)} ${status}`).join(', ') || 'nothing'}`,
      repeats.length === 0
        ? 'nothing came twice'
        : `came more than once: ${[...reasons].map(([reason, count]) => `${count} ${reason}`).join(', ')}`,
      ...examplesOf(repeats, outcome),
      ...complaints(account, counts),
    ],
    details: {
      columns: ['at s', 'killed', 'back after s'],
      rows: kills.map(({ victim, at, back }) => [
        seconds(at, outcome.from),
        victim,
        back === undefined ? '' : ((back - at) / 1_000_000).toFixed(1),
      ]),
    },
  };
}

const examples = 5;

/** Of those that no kill explains: when they came, to be held against the kills and the logs. */
function examplesOf(repeats: readonly Repeat[], { kills, from }: Outcome): string[] {
  const odd = repeats.filter((repeat) => reasonsOf(repeat, kills).includes(unexplained));
  if (odd.length === 0) return [];
  const shown = odd
    .slice(0, examples)
    .map(({ id, at }) => `${id} at ${at.map((one) => seconds(one, from)).join(', ')}`);
  return [`${unexplained}, for instance (webhook id, seconds): ${shown.join('; ')}`];
}

const seconds = (at: number, from: number): string => ((at - from) / 1_000_000).toFixed(1);

function tally(kills: readonly Kill[]): string {
  const counts = new Map<string, number>();
  for (const { victim } of kills) counts.set(victim, (counts.get(victim) ?? 0) + 1);
  return [...counts].map(([victim, count]) => `${victim} ${count}`).join(', ') || 'none';
}

/** How many deliveries the log has, by status. */
async function logOf({ database }: BenchStack, audiences: readonly Audience[]): Promise<Map<string, number>> {
  const { rows } = await database.query<{ status: string; count: string }>(
    'SELECT status, count(*) FROM deliveries WHERE account_id = ANY ($1::uuid[]) GROUP BY status ORDER BY status',
    [audiences.map(({ accountId }) => accountId)],
  );
  return new Map(rows.map(({ status, count }) => [status, Number(count)]));
}

async function leftOver(stack: BenchStack): Promise<string> {
  const { rows } = await stack.database.query<{ waits: string; oldest: Date | null }>(
    'SELECT count(*) AS waits, min(due_at) AS oldest FROM waiting',
  );
  const [{ waits, oldest }] = rows as [{ waits: string; oldest: Date | null }];
  const due = oldest ? `, the first is due at ${oldest.toISOString()}` : '';
  return `${waits} deliveries${due}; ${await stack.nats.unsettledEvents()} events are not settled`;
}
