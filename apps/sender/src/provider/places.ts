/** A bounded number of places for requests to the provider in flight. Whoever finds none waits its turn. */
export class Places {
  private readonly waiting: (() => void)[] = [];
  private readonly emptyWaiters: (() => void)[] = [];
  private taken = 0;

  constructor(private readonly size: number) {}

  get inUse(): number {
    return this.taken;
  }

  /** Takes a place where one is free. */
  takeFree(): boolean {
    if (this.taken >= this.size) return false;
    this.taken++;
    return true;
  }

  async take(): Promise<void> {
    if (!this.takeFree()) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  release(): void {
    const next = this.waiting.shift();
    // The place passes straight to the next in line: the count stays.
    if (next) return next();
    this.taken--;
    if (this.taken === 0) this.emptyWaiters.splice(0).forEach((resolve) => resolve());
  }

  /** Resolves when no place is taken. */
  empty(): Promise<void> {
    if (this.taken === 0) return Promise.resolve();
    return new Promise((resolve) => this.emptyWaiters.push(resolve));
  }
}
