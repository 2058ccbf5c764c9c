import type { Value } from './value.js';

/** What the names of a template stand for at one place. Branches and loops get layers of their own, merged at the end. */
export class Scope {
  readonly #values = new Map<string, readonly Value[]>();

  constructor(private readonly parent?: Scope) {}

  get(name: string): readonly Value[] | undefined {
    return this.#values.get(name) ?? this.parent?.get(name);
  }

  set(name: string, values: readonly Value[]): void {
    this.#values.set(name, values);
  }

  get names(): Iterable<string> {
    return this.#values.keys();
  }

  /** Removes a name that only this layer has, such as a loop's variable. */
  forget(name: string): void {
    this.#values.delete(name);
  }
}
