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
  /** By `performance.now()`, which no clock adjustment moves. */
  ends: number;
}

/**
 * Spends the budgets of accounts, exactly, across replicas. Calls that arrive together share one statement; a call
 * that is known not to fit is refused from memory, so that a caller in a loop costs PostgreSQL nothing.
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

  /** Answers without a promise where memory is enough to refuse. */
  spend(call: Call): Standing | Promise<Standing> {
    const window = this.window(call);
    return call.cost > window.left
      ? { allowed: false, left: window.left, resetsIn: window.ends - performance.now() }
      : this.calls.add(call);
  }

  /** As far as it is known here: at best, nothing of the budget is spent. */
  private window(call: Call): Window {
    const now = performance.now();
    const window = this.windows.get(keyOf(call));
    if (window && window.budget === call.budget && window.ends > now) return window;
    return { budget: call.budget, left: call.budget, ends: now + windowSeconds * 1000 };
  }

  private async flush(calls: Call[]): Promise<Standing[]> {
    const askedAt = performance.now();
    const groups = groupsOf(calls);
    const counts = await countCalls(sqlOf(this.dataSource), [...groups.values()]);
    const spenders = new Map(
      counts.map((count) => {
        const key = `${count.account_id}/${count.kind}`;
        const { budget } = groups.get(key) as Counted;
        // From before the question: the window may be thought to end too early, which only costs a statement.
        const window = { budget, left: Math.max(0, budget - count.used), ends: askedAt + count.ms };
        this.windows.set(key, window);
        return [key, spender(count, window)];
      }),
    );
    return calls.map((call) => (spenders.get(keyOf(call)) as (call: Call) => Standing)(call));
  }
}

const keyOf = ({ accountId, kind }: Pick<Call, 'accountId' | 'kind'>): string => `${accountId}/${kind}`;

function groupsOf(calls: readonly Call[]): Map<string, Counted> {
  const groups = new Map<string, Counted & { costs: number[] }>();
  for (const call of calls) {
    const key = keyOf(call);
    const group = groups.get(key);
    // A limit that was changed just now: the newest call knows best.
    if (group) Object.assign(group, { budget: call.budget }).costs.push(call.cost);
    else groups.set(key, { ...call, costs: [call.cost] });
  }
  return groups;
}

/** Retraces, call by call, what the statement has granted: the same rule as its `grantable`. */
function spender({ used, granted, ms }: Count, { budget }: Window): (call: Call) => Standing {
  let left = budget - (used - granted);
  return ({ cost }) => {
    const allowed = cost <= left;
    if (allowed) left -= cost;
    return { allowed, left: Math.max(0, left), resetsIn: ms };
  };
}
