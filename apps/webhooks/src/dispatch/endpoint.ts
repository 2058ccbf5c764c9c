import { claimMs } from '../deliveries/delivery.js';
import { Circuit } from './circuit.js';

/** What an attempt told about the endpoint. */
export interface Observation {
  /** Whether any answer came. */
  answered: boolean;
  delivered: boolean;
  durationMs: number;
}

export interface Taken<Item> {
  item: Item;
  /** To be told to {@link Endpoint.done} or {@link Endpoint.abandon}. */
  probe: boolean;
}

/** Deliveries waiting here for one endpoint at the most; the rest wait in the table. */
const maxQueue = 1_000;
/** What waits here is what can begin within this: claims are short. */
const aheadMs = 2_000;
/** What an attempt is taken to last until one has told: so little that a burst need not wait for the first answer. */
const assumedMs = 100;
/** The longest time-out of the formats' own, until a subscription has told. */
const assumedTimeoutMs = 15_000;
/** Failures in a row from which on its retries are paced. */
const failuresToPace = 5;
/** The average with the latest attempt in it, which counts for a fifth. */
const mix = (averageMs: number, latestMs: number): number => averageMs * 0.8 + latestMs * 0.2;

/**
 * What waits for one endpoint, how much of it may be under way at once, and what is known of the endpoint. Endpoints
 * share nothing here, so one that hangs fills its own places and its own queue and nobody else's. Times are in ms on
 * the clock of the caller.
 */
export class Endpoint<Item> {
  /** Whether more is waiting in the table that could go out at once. */
  behind = false;
  /** Whose subscription it is. */
  accountId = '';
  /** Of its subscription's policy. */
  timeoutMs = assumedTimeoutMs;
  private readonly circuit = new Circuit();
  private waiting: Item[] = [];
  private active = 0;
  private failures = 0;
  /** How long attempts took of late; null before the first. */
  private averageMs: number | null = null;
  /** When an attempt last ended, or began where none was under way. */
  private movedAt = 0;

  constructor(
    readonly id: string,
    private readonly places: number,
  ) {}

  /** Deliveries here: waiting or under way. */
  get load(): number {
    return this.active + this.waiting.length;
  }

  /** Whether it gave no answer several times in a row, and is only probed. */
  get isAway(): boolean {
    return this.circuit.isOpen;
  }

  /** Whether it fails again and again, with or without an answer. */
  get isFailing(): boolean {
    return this.failures >= failuresToPace;
  }

  /** Whether nothing would be lost if it were forgotten. */
  get isForgettable(): boolean {
    return this.load === 0 && this.failures === 0;
  }

  /** How long a claim for it lasts. */
  get claimMs(): number {
    return claimMs(this.timeoutMs);
  }

  /** How many more deliveries it takes in from the table. */
  dueRoom(now: number): number {
    if (this.isAway) return this.load === 0 && this.circuit.mayStart(now) ? 1 : 0;
    return Math.max(0, this.capacity(now) - this.load);
  }

  /** How many more it takes in straight from the stream: while it is behind, half stays free for what is older. */
  newRoom(now: number): number {
    if (this.isAway) return 0;
    const capacity = this.capacity(now);
    return Math.max(0, (this.behind ? capacity >> 1 : capacity) - this.load);
  }

  /** Whether it is time to fetch more from the table. */
  isHungry(now: number): boolean {
    return this.behind && !this.isAway && this.load <= this.capacity(now) >> 1;
  }

  push(item: Item): void {
    this.waiting.push(item);
  }

  /** The next to attempt, if there is one and a place for it. Tell {@link done} or {@link abandon} when it is over. */
  take(now: number): Taken<Item> | undefined {
    if (this.active >= this.places || !this.circuit.mayStart(now)) return undefined;
    const item = this.waiting.shift();
    if (item === undefined) return undefined;
    if (this.active === 0) this.movedAt = now;
    this.active++;
    return { item, probe: this.circuit.start() };
  }

  done(probe: boolean, { answered, delivered, durationMs }: Observation, now: number): void {
    this.active--;
    this.movedAt = now;
    this.failures = delivered ? 0 : this.failures + 1;
    this.averageMs = this.averageMs === null ? durationMs : mix(this.averageMs, durationMs);
    if (answered) this.circuit.answered();
    else this.circuit.failed(probe, now);
  }

  /** One that was taken and not attempted: says nothing about the endpoint. */
  abandon(probe: boolean): void {
    this.active--;
    this.circuit.abandoned(probe);
  }

  /** Its subscription has been changed, which may be what brings it back: not to wait for the next probe. */
  lookAgain(now: number): void {
    this.circuit.probeSoon(now);
  }

  /** Takes out of the queue what cannot begin soon, which is everything while the endpoint is away. */
  excess(now: number): Item[] {
    return this.waiting.splice(this.isAway ? 0 : Math.max(0, this.capacity(now) - this.active));
  }

  /** Empties the queue; what is under way goes on. */
  drain(): Item[] {
    return this.waiting.splice(0);
  }

  /** What is under way, and what can begin soon at the pace of late: an endpoint that hangs has none. */
  private capacity(now: number): number {
    const stalledMs = this.active > 0 ? now - this.movedAt : 0;
    const ahead = (this.places * aheadMs) / Math.max(this.averageMs ?? assumedMs, stalledMs, 1);
    return this.places + Math.round(Math.min(maxQueue, ahead));
  }
}
