import type { ProcessRecord } from './process-record.js';
import type { ProcessName } from './stack-info.js';
import { Supervised, type StartProcess } from './supervised.js';

/** All processes of a stack, by the part they play. */
export class ProcessTable {
  readonly #supervised = new Map<ProcessName, Supervised>();

  /**
   * @param record Learns every pid, for the clean-up after a killed run.
   * @param changed Called when a process runs for the first time or again.
   */
  constructor(
    private readonly record: ProcessRecord,
    private readonly log: (line: string) => void,
    private readonly changed: () => void,
  ) {}

  /** Starts a process and keeps it running. */
  async add(name: ProcessName, start: StartProcess): Promise<void> {
    const supervised = new Supervised(name, start, {
      log: this.log,
      running: (pid) => {
        this.record
          .set(name, pid)
          .catch((error: Error) => this.log(`Cannot note who runs: ${error.message}`));
        this.changed();
      },
    });
    this.#supervised.set(name, supervised);
    await supervised.start();
  }

  /** Who runs at this moment. */
  pids(): Partial<Record<ProcessName, number>> {
    const running = [...this.#supervised].filter(([, { pid }]) => pid !== undefined);
    return Object.fromEntries(running.map(([name, { pid }]) => [name, pid]));
  }

  /** See `RunningStack.kill`. */
  kill(name: ProcessName, signal: NodeJS.Signals): Promise<number | undefined> {
    const supervised = this.#supervised.get(name);
    if (!supervised) throw new Error(`This stack runs no ${name} of its own.`);
    return supervised.kill(signal);
  }

  /** Stops for good those that the caller picks, together. */
  async stop(which: (name: ProcessName) => boolean): Promise<void> {
    const picked = [...this.#supervised].filter(([name]) => which(name));
    await Promise.all(picked.map(([, supervised]) => supervised.stop()));
  }

  killNow(): void {
    for (const supervised of this.#supervised.values()) supervised.killNow();
  }
}
