import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { arrivalsOf, runArrivals } from '../../load/arrivals.js';
import { seededRandom } from '../../load/random.js';
import { nowMicros } from '../../measure/clock.js';
import { Latencies } from '../../measure/latencies.js';
import type { Integrator } from '../../load/integrator.js';

export interface GuestLoadOptions {
  readonly sends: number;
  readonly rate: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** One in so many guests has an address with a life of its own in the sandbox. */
const oneInMagic = 4;
const magic = ['bounced', 'blocked', 'dropped', 'spam', 'opened', 'clicked', 'deferred'];
const againAfterMs = 500;

/** Guests created over the public API at random moments, each until it is accepted: integrators repeat themselves. */
export class GuestLoad {
  /** The sends that were promised with a 200. */
  readonly accepted = new Set<string>();
  /** From when a guest was due to the answer that accepted it. */
  readonly latencies = new Latencies();
  /** Calls that had to be made again: no answer, or 5xx. */
  repeated = 0;
  readonly #calls: Promise<void>[] = [];

  constructor(
    private readonly integrator: Integrator,
    private readonly options: GuestLoadOptions,
  ) {}

  /** Resolves when every guest is accepted. */
  async run(): Promise<void> {
    const { sends, rate, seed, signal } = this.options;
    // fetch leaves its listener there until it is collected as garbage; Node would warn of each beyond 1,500.
    setMaxListeners(0, signal);
    const random = seededRandom(seed);
    const arrivals = first(sends, arrivalsOf({ perSecond: rate, seconds: Infinity, seed }));
    await runArrivals(
      arrivals,
      (due, index) => void this.#calls.push(this.#create(due, addressOf(index, random()))),
      signal,
    );
    await Promise.all(this.#calls);
  }

  async #create(due: number, email: string): Promise<void> {
    const { signal } = this.options;
    const id = randomUUID();
    for (;;) {
      const sendId = await this.integrator.createGuest(id, email, signal);
      if (sendId !== undefined) {
        this.accepted.add(sendId);
        this.latencies.record(nowMicros() - due);
        return;
      }
      this.repeated += 1;
      await pause(againAfterMs, undefined, { signal });
    }
  }
}

/** Everybody's own, so that the bounce of one does not stop the e-mail of another. */
function addressOf(index: number, random: number): string {
  const place = Math.floor(random * magic.length * oneInMagic);
  return `${magic[place] ?? 'guest'}+${index}@sandbox.test`;
}

function* first<T>(count: number, items: Iterable<T>): Generator<T> {
  let taken = 0;
  for (const item of items) {
    if (taken++ >= count) return;
    yield item;
  }
}
