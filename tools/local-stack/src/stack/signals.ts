const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A second Ctrl-C within this is the same keypress: npm passes on the signal that the terminal has sent already. */
const SAME_KEYPRESS_MS = 1_000;

/** The signals that end a program in the foreground: the first one politely, a later one with less patience. */
export class StopSignals {
  readonly #first = new AbortController();
  #at = 0;
  #insist: () => void = () => {};

  constructor() {
    for (const name of names) process.on(name, this.#received);
    // The terminal may be gone (SIGHUP); what is still to be said then has nobody to hear it.
    process.stdout.on('error', ignore);
  }

  /** Fires with the first signal. */
  get first(): AbortSignal {
    return this.#first.signal;
  }

  /** Resolves with the first signal. */
  received(): Promise<void> {
    const { signal } = this.#first;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  /** Calls back when somebody asks again. */
  onInsist(insist: () => void): void {
    this.#insist = insist;
  }

  /** Gives the signals their usual meaning back. */
  dispose(): void {
    for (const name of names) process.off(name, this.#received);
    process.stdout.off('error', ignore);
  }

  readonly #received = (): void => {
    if (!this.#first.signal.aborted) {
      this.#at = performance.now();
      this.#first.abort();
    } else if (performance.now() - this.#at > SAME_KEYPRESS_MS) {
      this.#insist();
    }
  };
}

const ignore = () => {};
