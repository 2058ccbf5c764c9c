import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Behaviour } from './endpoint.js';
import type { Answer, Question, Questions } from './protocol.js';

interface Open {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** The endpoints of a run, as its other processes see them. */
export class Receiver {
  readonly #child: ChildProcess;
  readonly #open = new Map<number, Open>();
  #number = 0;

  constructor() {
    // From dist, also where the sources run: a child has none of the loaders that its parent may have.
    this.#child = fork(path.join(import.meta.dirname, 'receiver-process.js'), { serialization: 'advanced' });
    this.#child.on('message', ({ number, value, error }: Answer) => {
      const asked = this.#open.get(number);
      this.#open.delete(number);
      if (error === undefined) asked?.resolve(value as never);
      else asked?.reject(new Error(`The receiver could not answer: ${error}`));
    });
    this.#child.on('exit', (code, signal) => {
      const error = new Error(`The receiver's process has ended (${signal ?? `exit code ${code}`}).`);
      for (const { reject } of this.#open.values()) reject(error);
      this.#open.clear();
    });
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** @throws Error when the receiver's process has ended. */
  ask<Name extends keyof Questions>(
    name: Name,
    ...[request]: Parameters<Questions[Name]>
  ): Promise<ReturnType<Questions[Name]>> {
    const number = this.#number++;
    return new Promise((resolve, reject) => {
      this.#open.set(number, { resolve, reject });
      this.#child.send({ number, name, request } satisfies Question, (error) => {
        if (error && this.#open.delete(number)) reject(error);
      });
    });
  }

  /**
   * Makes endpoints that behave so from the beginning.
   * @param group What their latencies are summed up under.
   * @returns their URLs, by name
   */
  async open(names: readonly string[], group: string, behaviour: Behaviour): Promise<Map<string, string>> {
    const ports = await this.ask('open', { names, group });
    await this.ask('behave', { names, behaviour });
    return new Map(names.map((name) => [name, `http://127.0.0.1:${ports[name]}/webhook`]));
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.disconnect();
    await gone;
  }
}
