import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface Question {
  readonly number: number;
  readonly name: string;
  readonly request: unknown;
}

export interface Answer {
  readonly number: number;
  readonly value?: unknown;
  readonly error?: string;
}

interface Open {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

type Value<Returned> = Returned extends Promise<infer Inner> ? Inner : Returned;

/** A process of ours that answers questions (see `answer-parent.ts`) and ends when we do. */
export class AskedChild<Questions extends { [Name in keyof Questions]: (request: never) => unknown }> {
  readonly #child: ChildProcess;
  readonly #open = new Map<number, Open>();
  #number = 0;

  /**
   * @param what It is, as an error message names it.
   * @param program Of dist, also where the sources run: a child has none of the loaders that its parent may have.
   * @param node What runs it; this process' own Node unless told otherwise.
   */
  constructor(
    private readonly what: string,
    program: string,
    node: string = process.execPath,
  ) {
    this.#child = fork(program, { serialization: 'advanced', execPath: node, execArgv: [] });
    this.#child.on('message', ({ number, value, error }: Answer) => {
      const asked = this.#open.get(number);
      this.#open.delete(number);
      if (error === undefined) asked?.resolve(value as never);
      else asked?.reject(new Error(`${this.what} could not answer: ${error}`));
    });
    this.#child.on('error', (error) => this.#fail(error));
    this.#child.on('exit', (code, signal) =>
      this.#fail(new Error(`${this.what} has ended (${signal ?? `exit code ${code}`}).`)),
    );
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** @throws Error when the process has ended, or says what is wrong. */
  ask<Name extends keyof Questions & string>(
    name: Name,
    ...[request]: Parameters<Questions[Name]>
  ): Promise<Value<ReturnType<Questions[Name]>>> {
    const number = this.#number++;
    return new Promise((resolve, reject) => {
      this.#open.set(number, { resolve, reject });
      this.#child.send({ number, name, request } satisfies Question, (error) => {
        if (error && this.#open.delete(number)) reject(error);
      });
    });
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.disconnect();
    await gone;
  }

  #fail(error: Error): void {
    for (const { reject } of this.#open.values()) reject(error);
    this.#open.clear();
  }
}
