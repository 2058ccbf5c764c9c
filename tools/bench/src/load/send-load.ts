import { randomUUID } from 'node:crypto';
import { nowMicros } from '../measure/clock.js';
import { Latencies } from '../measure/latencies.js';
import { Timeline, type Second } from '../measure/timeline.js';
import { exactArrivals, runArrivals, type Load } from './arrivals.js';
import { stampText } from './bench-event.js';
import { sendIdOf, type Integrator } from './integrator.js';
import { guestBody } from './ticket.js';

export interface SendLoadOptions extends Load {
  /** What the webhooks of these sends belong to, at the receiver. */
  readonly phase: string;
  /** Fires when the run is called off. */
  readonly signal: AbortSignal;
}

/** Kinds of refusals that are remembered, and how much of each answer. */
const [kinds, letters] = [5, 200];

/**
 * Guests with a ticket, created over the public API at random moments, however the platform is doing. When each was
 * due travels with its send as the correlation id, so that the receiver can tell how long the whole way took.
 */
export class SendLoad {
  /** The ids of the sends that were promised with a 200. */
  readonly accepted: string[] = [];
  /** From when a guest was due to the answer that accepted it. */
  readonly latencies = new Latencies();
  /** From when a guest was due to the answer that refused it. */
  readonly refusing = new Latencies();
  /** Answers by status; 0 where there was none. */
  readonly statuses = new Map<number, number>();
  /** When it began, on the clock of `nowMicros`. */
  start = 0;
  readonly #refusals = new Map<string, number>();
  #course = new Timeline();
  #refusedCourse = new Timeline();

  constructor(
    private readonly integrator: Integrator,
    private readonly options: SendLoadOptions,
  ) {}

  /** Resolves when every call is answered. */
  async run(): Promise<void> {
    const calls: Promise<void>[] = [];
    const arrivals = exactArrivals(this.options);
    this.start = nowMicros();
    this.#course = new Timeline(this.start);
    this.#refusedCourse = new Timeline(this.start);
    await runArrivals(
      arrivals,
      (due, index) => void calls.push(this.#create(due, index)),
      this.options.signal,
    );
    await Promise.all(calls);
  }

  /** Accepted second by second. */
  course(): Second[] {
    return this.#course.seconds();
  }

  /** Refused second by second. */
  refusedCourse(): Second[] {
    return this.#refusedCourse.seconds();
  }

  /** Calls that were answered with anything but 200, or not at all. */
  get refused(): number {
    return [...this.#refusals.values()].reduce((sum, count) => sum + count, 0);
  }

  /** What they were answered, with how many. */
  refusals(): string[] {
    return [...this.#refusals].map(([answer, count]) => `${count} × ${answer}`);
  }

  async #create(due: number, index: number): Promise<void> {
    const { phase, seed } = this.options;
    const email = `guest+${phase}-${seed}-${index}@sandbox.test`;
    const correlationId = stampText({ phase, due });
    const body = guestBody(this.integrator, randomUUID(), email, { correlationId });
    try {
      const answer = await this.integrator.post('/api/guest', body);
      const at = nowMicros();
      this.#count(answer.status);
      if (answer.status !== 200) {
        this.refusing.record(at - due);
        this.#refusedCourse.record(at, at - due);
        return this.#refuse(`${answer.status} ${answer.text}`);
      }
      this.latencies.record(at - due);
      this.#course.record(at, at - due);
      this.accepted.push(sendIdOf(answer));
    } catch (error) {
      this.#count(0);
      this.#refuse((error as Error).message);
    }
  }

  #count(status: number): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
  }

  #refuse(answer: string): void {
    const short = answer.slice(0, letters);
    const kind = this.#refusals.has(short) || this.#refusals.size < kinds ? short : 'others';
    this.#refusals.set(kind, (this.#refusals.get(kind) ?? 0) + 1);
  }
}
