import type { EventType } from '@qflow/contracts';
import type { Expected } from '../receiver/ledger.js';
import { arrivalsOf, runArrivals } from './arrivals.js';
import { benchEvent } from './bench-event.js';
import type { EventSource } from './event-source.js';

/** Who gets the events of an account. */
export interface Audience {
  readonly accountId: string;
  /** Their names at the receiver. */
  readonly endpoints: readonly string[];
}

export interface SteadyLoadOptions {
  readonly audiences: readonly Audience[];
  readonly perSecond: number;
  readonly seed: number;
  readonly type?: EventType;
  /** Ends by itself after so many events. */
  readonly limit?: number;
  /** Fires when the run is called off. */
  readonly signal: AbortSignal;
}

/** An open-loop load that goes on until it is stopped, evenly over the accounts. */
export class SteadyLoad {
  /** What the events of this moment belong to. */
  phase = 'warm-up';
  readonly #ids: string[][];
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;

  constructor(
    events: Pick<EventSource, 'publish'>,
    private readonly options: SteadyLoadOptions,
  ) {
    const { audiences, perSecond, seed, type = 'comms.delivered', limit = Infinity, signal } = options;
    this.#ids = audiences.map(() => []);
    const act = (due: number, index: number) => {
      const to = index % audiences.length;
      const event = benchEvent((audiences[to] as Audience).accountId, type, { phase: this.phase, due });
      this.#ids[to]?.push(event.id);
      events.publish(event, due);
    };
    const ending = AbortSignal.any([signal, this.#stopping.signal]);
    const arrivals = firstOf(arrivalsOf({ perSecond, seconds: Infinity, seed }), limit);
    this.#running = runArrivals(arrivals, act, ending).catch(() => {});
  }

  /** Resolves when it has come to its limit, or was stopped. */
  finished(): Promise<void> {
    return this.#running;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** What should have arrived by now. */
  expectations(): Expected[] {
    return this.options.audiences.map(({ endpoints }, index) => ({
      endpoints,
      ids: this.#ids[index] as string[],
    }));
  }
}

function* firstOf<T>(items: Iterable<T>, count: number): Generator<T> {
  let given = 0;
  for (const item of items) {
    if (given++ >= count) return;
    yield item;
  }
}
