import { describeExit, type Exit } from './launch.js';

/** Collects what a starting program prints, so that its readiness can be awaited and its failure explained. */
export class StartupOutput {
  readonly #lines: string[] = [];
  readonly #subject: string;
  #onLine: (line: string) => void = () => {};

  /** @param subject What is starting, as the error message names it. */
  constructor(subject: string) {
    this.#subject = subject;
  }

  /** To be called with every line. */
  readonly add = (line: string): void => {
    this.#lines.push(line);
    if (this.#lines.length > 200) this.#lines.shift();
    this.#onLine(line);
  };

  /** The last lines, as one text. */
  tail(count = 15): string {
    return this.#lines.slice(-count).join('\n');
  }

  /**
   * Waits until the program prints a line that matches.
   * @throws StartupError when it ends, or stays silent for `withinMs`, before.
   */
  async line(pattern: RegExp, exited: Promise<Exit>, withinMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        const fail = (what: string) => reject(new StartupError(`${this.#subject} ${what}`, this.tail()));
        this.#onLine = (line) => void (pattern.test(line) && resolve());
        if (this.#lines.some((line) => pattern.test(line))) resolve();
        timer = setTimeout(() => fail(`was not ready within ${withinMs / 1000} s`), withinMs);
        void exited.then((exit) => fail(`ended while starting (${describeExit(exit)})`));
      });
    } finally {
      clearTimeout(timer);
      this.#onLine = () => {};
    }
  }
}

/** A program that did not come up: what happened, in one line, and the last things it said. */
export class StartupError extends Error {
  constructor(
    readonly headline: string,
    readonly output: string,
  ) {
    super(output ? `${headline}:\n${output.replaceAll(/^/gm, '    ')}` : headline);
    this.name = 'StartupError';
  }
}
