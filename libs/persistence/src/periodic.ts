export interface PeriodicOptions {
  everyMs: number;
  /** Looks for work and does it; should return soon after `stopping()` is true. */
  work: (stopping: () => boolean) => Promise<void>;
  /** A run that failed; the next one comes all the same. */
  onError: (error: unknown) => void;
}

/** Work that is looked for again and again: what a table says is due. Runs never overlap. */
export class Periodic {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private stopping = false;

  constructor(private readonly options: PeriodicOptions) {}

  /** Runs once now, then for as long as nobody stops it. */
  start(): void {
    this.run();
    this.timer = setInterval(() => this.run(), this.options.everyMs);
  }

  /** Waits for the run in hand; there is none after it. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    await this.running;
  }

  private run(): void {
    this.running ??= this.options
      .work(() => this.stopping)
      .catch(this.options.onError)
      .finally(() => (this.running = undefined));
  }
}
