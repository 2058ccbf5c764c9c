import { setTimeout as pause } from 'node:timers/promises';
import { nowMicros } from '../measure/clock.js';
import type { BenchStack } from '../stack/bench-stack.js';
import type { PlannedKill, Victim } from './kill-plan.js';

/** A kill that was carried out; moments on the clock of `nowMicros`. */
export interface Kill {
  readonly victim: Victim;
  readonly at: number;
  /** When it was ready again; undefined where that was not seen. */
  readonly back: number | undefined;
}

/** Carries a plan out, with `kill -9`. */
export class Killer {
  readonly #kills: { victim: Victim; at: number; back: number | undefined }[] = [];
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;

  constructor(
    private readonly stack: BenchStack,
    plan: readonly PlannedKill[],
  ) {
    this.#running = this.#carryOut(plan).catch(() => {});
  }

  get kills(): readonly Kill[] {
    return this.#kills;
  }

  /** From now on everybody lives. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #carryOut(plan: readonly PlannedKill[]): Promise<void> {
    const signal = AbortSignal.any([this.#stopping.signal, this.stack.signal]);
    const start = nowMicros();
    for (const { at, victim } of plan) {
      const wait = start / 1_000 + at * 1_000 - nowMicros() / 1_000;
      await pause(Math.max(0, wait), undefined, { signal });
      const kill = { victim, at: nowMicros(), back: undefined as number | undefined };
      // One that is down just now has been killed enough.
      if (this.stack.kill(victim, () => void (kill.back = nowMicros()))) this.#kills.push(kill);
    }
  }
}
