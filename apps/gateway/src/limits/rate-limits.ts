import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { GroupCommit, sqlOf } from '@qflow/persistence';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import { countCalls, windowSeconds, type Count, type Counted } from './count-calls.js';
import type { LimitKind } from './limited.js';

/** One call that wants to spend. */
export interface Call {
  accountId: string;
  kind: LimitKind;
  budget: number;
  /** More than 1 for a bulk call: its items. */
  cost: number;
}

/** What became of a call, and how its account stands. */
export interface Standing {
  allowed: boolean;
  /** What is left of the budget. */
  left: number;
  /** Until the budget is whole again, milliseconds. */
  resetsIn: number;
}

/** What is known of a window until it ends. Within it `left` only ever shrinks, whatever other replicas do. */
interface Window {
  budget: number;
  left: number;
  /** Granted to this replica in advance, and not spent yet. */
  ahead: number;
  askedAt: number;
  /** By `performance.now()`, which no clock adjustment moves. */
  ends: number;
}

/**
 * An account that was asked for less than a second ago gets a hundredth of what is left in advance, at most so many
 * calls, which then cost no statement. A budget is never exceeded by that, and its last hundred calls are counted one by
 * one; what a replica has in advance and does not use in a window is less than a hundredth of it.
 */
const mostAhead = 64;
const [aheadOf, busyMs] = [100, 1_000];

/**
 * Spends the budgets of accounts across replicas, and never more than they are. Calls that arrive together share one
 * statement; a call that is known not to fit is refused from memory, so that a caller in a loop costs PostgreSQL nothing.
 */
@Injectable()
export class RateLimits implements BeforeApplicationShutdown {
  private readonly windows = new LRUCache<string, Window>({ max: 20_000 });
  // One at a time: what arrives meanwhile shares the next, and a second would only wait for the same rows.
  private readonly calls = new GroupCommit<Call, Standing>({
    flush: (calls) => this.flush(calls),
    parallel: 1,
    gatherMs: 2,
  });

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  async beforeApplicationShutdown(): Promise<void> {
    await this.calls.idle();
  }

  /** Answers without a promise where memory is enough to grant or to refuse. */
  spend(call: Call): Standing | Promise<Standing> {
    const window = this.window(call);
    const inAdvance = call.cost === 1 && window.ahead > 0;
    if (inAdvance) window.ahead--;
    else if (call.cost <= window.left) return this.calls.add(call);
    const left = inAdvance ? window.left + window.ahead : window.left;
    return { allowed: inAdvance, left, resetsIn: window.ends - performance.now() };
  }

  /** As far as it is known here: at best, nothing of the budget is spent. */
  private window(call: Call): Window {
    const now = performance.now();
    const window = this.windows.get(keyOf(call));
    if (window && window.budget === call.budget && window.ends > now) return window;
    const { budget } = call;
    return { budget, left: budget, ahead: 0, askedAt: -Infinity, ends: now + windowSeconds * 1000 };
  }

  private async flush(calls: Call[]): Promise<Standing[]> {
    const askedAt = performance.now();
    const groups = groupsOf(calls);
    for (const [key, group] of groups) group.ahead = this.aheadFor(key, group, askedAt);
    const counts = await countCalls(
      sqlOf(this.dataSource),
      [...groups.values()].map(({ ahead, costs, ...group }) => ({
        ...group,
        costs: ahead > 0 ? [...costs, ahead] : costs,
      })),
    );
    const standings = new Map(
      counts.map((count) => {
        const key = keyOf({ accountId: count.account_id, kind: count.kind });
        return [key, this.take(key, count, groups.get(key) as Group, askedAt)];
      }),
    );
    return calls.map((call) => standings.get(keyOf(call))?.shift() as Standing);
  }

  /** Nothing where the last statement is long ago: what a quiet account has spent is told exactly. */
  private aheadFor(key: string, { budget }: Counted, now: number): number {
    const window = this.windows.get(key);
    if (!window || window.budget !== budget || window.ends <= now || now - window.askedAt > busyMs) return 0;
    return Math.max(0, Math.min(mostAhead, Math.floor(window.left / aheadOf)) - window.ahead);
  }

  /** Remembers how an account stands. @returns what became of the calls of the group, in order */
  private take(key: string, count: Count, group: Group, askedAt: number): Standing[] {
    const { budget, costs, ahead } = group;
    // From before the question: the window may be thought to end too early, which only costs a statement.
    const ends = askedAt + count.ms;
    const known = this.windows.get(key);
    const kept = known?.budget === budget && Math.abs(known.ends - ends) < sameWindowMs ? known.ahead : 0;
    const spend = spender(count, budget, kept);
    const standings = costs.map(spend);
    const got = ahead > 0 && spend(ahead).allowed ? ahead : 0;
    const left = Math.max(0, budget - count.used);
    this.windows.set(key, { budget, left, ahead: kept + got, askedAt, ends });
    return standings;
  }
}

/** Two answers about one window differ by the time a statement takes. */
const sameWindowMs = 5_000;

type Group = Counted & { costs: number[]; ahead: number };

const keyOf = ({ accountId, kind }: Pick<Call, 'accountId' | 'kind'>): string => `${accountId}/${kind}`;

function groupsOf(calls: readonly Call[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const call of calls) {
    const key = keyOf(call);
    const group = groups.get(key);
    // A limit that was changed just now: the newest call knows best.
    if (group) Object.assign(group, { budget: call.budget }).costs.push(call.cost);
    else groups.set(key, { ...call, costs: [call.cost], ahead: 0 });
  }
  return groups;
}

/**
 * Retraces, call by call, what the statement has granted: the same rule as its `grantable`.
 * @param ahead what this replica has besides, which only single calls can spend
 */
function spender({ used, granted, ms }: Count, budget: number, ahead: number): (cost: number) => Standing {
  let left = budget - (used - granted);
  return (cost) => {
    const allowed = cost <= left;
    if (allowed) left -= cost;
    return { allowed, left: Math.max(0, left) + (allowed ? ahead : 0), resetsIn: ms };
  };
}
