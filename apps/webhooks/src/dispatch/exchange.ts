import type { AttemptPhase } from '@qflow/contracts';

/** The time of an exchange is over. */
export class TimeIsUp extends Error {
  constructor() {
    super('the time for the exchange is over');
    this.name = 'TimeIsUp';
  }
}

/**
 * One request and its answer: how far it has come, and how long it may take. Call {@link end} when it is over, or its
 * timer stays.
 */
export class Exchange {
  /** Where it would be said to have failed if it did now. */
  phase: AttemptPhase = 'check';
  /** Called when the time is over. */
  onTimeUp: ((reason: TimeIsUp) => void) | null = null;
  private readonly started = performance.now();
  private limit: AbortController | null = null;
  private timeUp: TimeIsUp | null = null;
  private timer: NodeJS.Timeout;

  /** @param timeoutMs for all of it */
  constructor(readonly timeoutMs: number) {
    this.timer = this.timeUpIn(timeoutMs);
  }

  /** Aborts with {@link TimeIsUp}. Made when somebody asks for it: over a kept connection nobody does. */
  get signal(): AbortSignal {
    this.limit ??= new AbortController();
    if (this.timeUp) this.limit.abort(this.timeUp);
    return this.limit.signal;
  }

  get durationMs(): number {
    return Math.round(performance.now() - this.started);
  }

  /** What is left to do may take no longer than this, nor longer than the whole may. */
  hurry(ms: number): void {
    clearTimeout(this.timer);
    this.timer = this.timeUpIn(Math.max(0, Math.min(ms, this.timeoutMs - this.durationMs)));
  }

  end(): void {
    clearTimeout(this.timer);
  }

  private timeUpIn(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.abort(), ms);
  }

  private abort(): void {
    this.timeUp = new TimeIsUp();
    this.onTimeUp?.(this.timeUp);
    this.limit?.abort(this.timeUp);
  }
}
