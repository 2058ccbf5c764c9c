import { TextLike } from './text-like.js';

/**
 * Several values in one token, such as `{{tags}}`: prints one per line (integrator guide), and `for` goes
 * through them one by one.
 */
export class TextLines extends TextLike {
  /** Of a list's own properties templates see these. */
  readonly first: string | undefined;
  readonly last: string | undefined;
  readonly #lines: readonly string[];

  constructor(lines: readonly string[]) {
    super();
    this.#lines = lines;
    this.first = lines[0];
    this.last = lines.at(-1);
  }

  /** How many there are. */
  override get size(): number {
    return this.#lines.length;
  }

  override toString(): string {
    return this.#lines.join('\n');
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#lines[Symbol.iterator]();
  }
}
