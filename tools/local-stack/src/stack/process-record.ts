import { identify, type ProcessIdentity } from '../bootstrap/process-identity.js';
import { stopLeftOver } from '../processes/left-overs.js';
import { readJson, writePrivateJson } from './private-file.js';

type Recorded = Record<string, ProcessIdentity>;

/**
 * Remembers on disk which processes belong to a stack. Normally nobody reads it; after a run was killed, the next
 * one finds here what may still be running.
 */
export class ProcessRecord {
  #recorded: Recorded = {};
  #writing: Promise<void> = Promise.resolve();

  constructor(private readonly file: string) {}

  /** Notes that this process now plays that part. */
  set(name: string, pid: number): Promise<void> {
    const identity = identify(pid);
    if (identity) this.#recorded[name] = identity;
    return this.#write();
  }

  /** Nothing runs any more. */
  clear(): Promise<void> {
    this.#recorded = {};
    return this.#write();
  }

  /**
   * Stops what an earlier run left behind.
   * @returns the names of what was still running.
   */
  async stopLeftOvers(): Promise<string[]> {
    const recorded = Object.entries(((await readJson(this.file)) ?? {}) as Recorded);
    const running = recorded.filter(([, { pid, started }]) => identify(pid)?.started === started);
    await Promise.all(
      running.map(([, identity]) =>
        stopLeftOver(identity, [
          // To all of them, Postgres included, the signal that means "stop now".
          ['SIGINT', 10_000],
          ['SIGKILL', 5_000],
        ]),
      ),
    );
    return running.map(([name]) => name);
  }

  /** One after the other, so that the last word on disk is the last that was said. */
  #write(): Promise<void> {
    this.#writing = this.#writing.then(() => writePrivateJson(this.file, this.#recorded));
    return this.#writing;
  }
}
