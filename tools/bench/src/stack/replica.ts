import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export interface ReplicaOptions {
  /** The service's `dist/main.js`. */
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
  /** Gets everything it prints. */
  readonly logFile: string;
}

const againAfterMs = 500;
const readyWithinMs = 60_000;
const askEveryMs = 100;

/** One more process of a service beside the stack's own, started again whenever it ends. */
export class Replica {
  readonly #log: WriteStream;
  #child: ChildProcess | undefined;
  #stopping = false;
  #work: Promise<void> = Promise.resolve();

  constructor(private readonly options: ReplicaOptions) {
    this.#log = createWriteStream(options.logFile, { flags: 'a' });
  }

  /** Undefined between a crash and the next start. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** @throws Error when it does not become ready in time. */
  async start(): Promise<void> {
    this.#launch();
    const deadline = performance.now() + readyWithinMs;
    while (!(await this.#isReady())) {
      if (performance.now() > deadline)
        throw new Error(`The second replica was not ready within ${readyWithinMs / 1000} s.`);
      await pause(askEveryMs);
    }
  }

  /** @returns whether there was a process to kill */
  kill(): boolean {
    return this.#child?.kill('SIGKILL') ?? false;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child) {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    }
    await this.#work;
    this.#log.end();
  }

  #launch(): void {
    const { program, env } = this.options;
    const child = fork(path.join(import.meta.dirname, 'replica-process.js'), [program], {
      env: { ...process.env, ...env },
      silent: true,
    });
    child.stdout?.pipe(this.#log, { end: false });
    child.stderr?.pipe(this.#log, { end: false });
    child.once('exit', () => {
      this.#child = undefined;
      if (!this.#stopping) this.#work = this.#comeBack();
    });
    this.#child = child;
  }

  async #comeBack(): Promise<void> {
    await pause(againAfterMs);
    if (!this.#stopping) this.#launch();
  }

  async #isReady(): Promise<boolean> {
    const url = `http://127.0.0.1:${this.options.env.PORT}/health/ready`;
    return fetch(url).then(
      (response) => response.ok,
      () => false,
    );
  }
}
