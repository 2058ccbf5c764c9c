import { BLOCK_TAGS, BRANCH_TAGS, type Construct } from '../template/scan-template.js';

/**
 * Follows the tags of a template, in the order given, and tells in which blocks and branches one stands:
 * `3.0/7.1/` is the second branch of the block that tag 7 opened, inside the first of the one that tag 3 did.
 */
export class BlockPath {
  readonly #open: { index: number; branch: number; tag: string }[] = [];

  /** Where the next construct stands. */
  get current(): string {
    return this.#open.map(({ index, branch }) => `${index}.${branch}/`).join('');
  }

  /** The innermost open block, by the index of the tag that opened it. */
  get block(): number | undefined {
    return this.#open.at(-1)?.index;
  }

  /** Goes past a construct. `false` when it closes or divides a block that is not the innermost open one. */
  pass({ tag, index }: Construct): boolean {
    if (BLOCK_TAGS.has(tag)) {
      this.#open.push({ index, branch: 0, tag });
      return true;
    }
    const innermost = this.#open.at(-1);
    if (BRANCH_TAGS.has(tag)) {
      if (innermost) innermost.branch++;
      return innermost !== undefined;
    }
    if (tag.startsWith('end')) return this.#open.pop()?.tag === tag.slice('end'.length);
    return true;
  }
}
