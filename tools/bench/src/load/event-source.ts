import { setTimeout as pause } from 'node:timers/promises';
import type { Publisher } from '@qflow/messaging';
import { nowMicros } from '../measure/clock.js';
import { Latencies } from '../measure/latencies.js';
import type { BenchEvent } from './bench-event.js';

const againAfterMs = 100;

/**
 * Puts events onto the stream as the sender's outbox does: until the stream has stored them, with the same message id
 * each time. It never makes the caller wait, so the load stays open-loop while NATS is down.
 */
export class EventSource {
  /** From when an event was due until the stream had stored it: the generator's own share of the latency. */
  readonly storing = new Latencies();
  #open = 0;
  #published = 0;
  #settled: () => void = () => {};

  constructor(private readonly publisher: Publisher) {}

  /** How many the stream has stored. */
  get published(): number {
    return this.#published;
  }

  /** @param due On the clock of `nowMicros`. */
  publish(event: BenchEvent, due: number): void {
    this.#open += 1;
    void this.#store(event, due);
  }

  /** As fast as the stream takes them. Resolves when it has stored them all. */
  async publishAll(events: readonly BenchEvent[]): Promise<void> {
    let left = events.map(({ publication }) => publication);
    while (left.length > 0) {
      const { stored } = await this.publisher.publishAll(left, () => {});
      left = left.filter((_, index) => !stored[index]);
      if (left.length > 0) await pause(againAfterMs);
    }
    this.#published += events.length;
  }

  /** Resolves when everything given so far is stored. */
  async settled(): Promise<void> {
    while (this.#open > 0) await new Promise<void>((resolve) => (this.#settled = resolve));
  }

  async #store({ publication }: BenchEvent, due: number): Promise<void> {
    for (;;) {
      try {
        await this.publisher.publish(publication);
        break;
      } catch {
        // NATS is away, or the acknowledgement got lost: the stream drops the repetition if it has it already.
        await pause(againAfterMs);
      }
    }
    this.storing.record(nowMicros() - due);
    this.#published += 1;
    this.#open -= 1;
    if (this.#open === 0) this.#settled();
  }
}
