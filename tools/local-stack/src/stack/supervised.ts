import { setTimeout as pause } from 'node:timers/promises';
import { StartupError } from '../processes/await-line.js';
import { describeExit, signalProcess, type RunningProcess } from '../processes/launch.js';

/** Starts the process and resolves when it is ready; gives up early when the signal fires. */
export type StartProcess = (signal: AbortSignal) => Promise<RunningProcess>;

export interface SupervisedHooks {
  /** Something happened that a person wants to know. */
  readonly log: (line: string) => void;
  /** The process runs, for the first time or again, under this pid. */
  readonly running: (pid: number) => void;
}

/** Pauses before the first, second, … start after a crash, in milliseconds; the last one repeats. */
const PAUSES_MS = [100, 500, 1_000, 2_000, 5_000, 10_000];
/** A process that lived this long has recovered: its next crash counts as the first. */
const STEADY_MS = 30_000;

/** One process that is kept running until told to stop. */
export class Supervised {
  #process: RunningProcess | undefined;
  #work: Promise<void> | undefined;
  #crashes = 0;
  #waiting: ((pid: number | undefined) => void)[] = [];
  readonly #stopping = new AbortController();

  constructor(
    readonly name: string,
    private readonly startProcess: StartProcess,
    private readonly hooks: SupervisedHooks,
  ) {}

  /** The first start. Its failure is the caller's; from then on crashes are dealt with here. */
  async start(): Promise<void> {
    const starting = this.#launch();
    this.#work = starting.catch(() => {});
    await starting;
  }

  /** undefined before the first start, between a crash and the next start, and after the end. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /**
   * Sends a signal. When it ends the process, this resolves with the new pid once it is ready again; with undefined
   * when the stack is stopped before that. Signals that end nothing (SIGSTOP, SIGCONT) resolve at once.
   * @throws Error when the process is not running at the moment.
   */
  async kill(signal: NodeJS.Signals): Promise<number | undefined> {
    const pid = this.pid;
    if (pid === undefined) throw new Error(`${this.name} is not running at the moment.`);
    const harmless = signal === 'SIGSTOP' || signal === 'SIGCONT';
    const back = harmless
      ? Promise.resolve(pid)
      : new Promise<number | undefined>((done) => this.#waiting.push(done));
    signalProcess(pid, signal);
    return back;
  }

  /** Stops it for good. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#process?.stop();
    await this.#work;
    await this.#process?.stop();
    this.#process = undefined;
    this.#answer(undefined);
  }

  /** Ends it now, without asking. */
  killNow(): void {
    if (this.pid !== undefined) signalProcess(this.pid, 'SIGKILL');
  }

  async #launch(): Promise<void> {
    const process = await this.startProcess(this.#stopping.signal);
    const started = performance.now();
    this.#process = process;
    this.hooks.running(process.pid);
    this.#answer(process.pid);
    void process.exited.then((exit) => {
      if (this.#stopping.signal.aborted) return;
      this.#process = undefined;
      if (performance.now() - started > STEADY_MS) this.#crashes = 0;
      this.#work = this.#comeBack(`${this.name} ended (${describeExit(exit)})`);
    });
  }

  async #comeBack(what: string): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const delay = PAUSES_MS[Math.min(this.#crashes++, PAUSES_MS.length - 1)] as number;
      this.hooks.log(`${what}; starting it again in ${delay / 1000} s`);
      try {
        await pause(delay, undefined, { signal: this.#stopping.signal });
        await this.#launch();
        this.hooks.log(`${this.name} is back (pid ${this.pid})`);
        return;
      } catch (error) {
        what = error instanceof StartupError ? error.headline : (error as Error).message;
      }
    }
  }

  #answer(pid: number | undefined): void {
    for (const done of this.#waiting.splice(0)) done(pid);
  }
}
