import { performance, type EventLoopUtilization } from 'node:perf_hooks';

/** How long a receiver may take before it counts as slow, ms. */
const patienceMs = 200;
/** Where this process itself is what is slow, it waits at most so many times as long. */
const maxTurns = 5;
/** The share of the time that a process with nothing but work to do is busy. */
const busy = 0.9;

/**
 * Calls back after 200 ms, unless it is ended before. Were those spent on this process's own work, the receivers cannot
 * be blamed: to write down that they are slow would only add to that work, so it waits up to a second.
 */
export class Patience {
  private timer: NodeJS.Timeout;
  private turns = 0;
  private since: EventLoopUtilization = performance.eventLoopUtilization();

  constructor(private readonly over: () => void) {
    this.timer = setTimeout(() => this.look(), patienceMs);
  }

  end(): void {
    clearTimeout(this.timer);
  }

  private look(): void {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.since);
    if (++this.turns === maxTurns || utilization < busy) return this.over();
    this.since = now;
    this.timer = setTimeout(() => this.look(), patienceMs);
  }
}
