/** Attempts in a row without any answer that open the circuit. */
const failuresToOpen = 5;
const firstProbeMs = 1_000;
const longestProbeMs = 30_000;
/** So that replicas do not probe together. */
const jitter = 0.2;

/**
 * Whether an endpoint is there at all. After {@link failuresToOpen} attempts in a row without any answer it counts as
 * away, and only probes go out: one at a time, at growing intervals. An answer of any kind, a 500 too, ends that.
 * Times are in ms on the clock of the caller.
 *
 * ```
 *            5 attempts in a row without an answer
 *   closed ──────────────────────────────────────────▶ open ⟲ a probe after 1 s, 2 s, 4 s … 30 s
 *     ▲                                                 │
 *     └───────────────── any answer ────────────────────┘
 * ```
 */
export class Circuit {
  private failures = 0;
  private probes = 0;
  private probeAt = 0;
  private probing = false;

  get isOpen(): boolean {
    return this.failures >= failuresToOpen;
  }

  /** Whether an attempt may begin: any while closed, the next probe when its time has come. */
  mayStart(now: number): boolean {
    return !this.isOpen || (!this.probing && now >= this.probeAt);
  }

  /** @returns whether the attempt that begins is a probe; tell it to {@link failed} or {@link abandoned} */
  start(): boolean {
    this.probing = this.isOpen;
    return this.probing;
  }

  answered(): void {
    this.failures = 0;
    this.probes = 0;
    this.probing = false;
  }

  failed(probe: boolean, now: number, random = Math.random()): void {
    const wasOpen = this.isOpen;
    this.failures++;
    if (probe) {
      this.probing = false;
      this.probes++;
    }
    // What was under way when it opened fails in a crowd; that says no more than the first five did.
    if (this.isOpen && (probe || !wasOpen)) this.probeAt = now + this.probeInMs(random);
  }

  /** An attempt that was begun and not made says nothing about the endpoint. */
  abandoned(probe: boolean): void {
    if (probe) this.probing = false;
  }

  /** Has the next probe go out now. */
  probeSoon(now: number): void {
    this.probeAt = now;
  }

  private probeInMs(random: number): number {
    const interval = Math.min(firstProbeMs * 2 ** Math.min(this.probes, 10), longestProbeMs);
    return interval * (1 - jitter + 2 * jitter * random);
  }
}
