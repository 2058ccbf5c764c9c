/** Where a text is in a {@link ContentRing}, in bytes. Positions only ever grow. */
export interface Slot {
  position: number;
  length: number;
}

/**
 * The newest texts, in one piece of memory of a fixed size: a new text takes the place of the oldest ones.
 * Bodies of mail come and go too fast for the JavaScript heap, which they would leave full of holes.
 */
export class ContentRing {
  private readonly memory: Buffer;
  /** Where the next text goes; modulo the size it is a place in the memory. */
  private end = 0;

  constructor(private readonly size: number) {
    // Zeroed memory comes from the system untouched, so that a quiet sandbox stays small.
    this.memory = Buffer.alloc(size);
  }

  /** Keeps a text. One that is larger than the ring is gone at once. */
  write(text: string): Slot {
    const length = Buffer.byteLength(text);
    const place = this.end % this.size;
    // A text is never cut in two: what is left of the memory before the wrap stays unused.
    const position = place + length > this.size ? this.end + this.size - place : this.end;
    if (length <= this.size) {
      this.memory.write(text, position % this.size);
      this.end = position + length;
    }
    return { position, length };
  }

  /** The text in this slot, or null when newer ones have taken its place. */
  read({ position, length }: Slot): string | null {
    if (position < this.end - this.size || position + length > this.end) return null;
    const place = position % this.size;
    return this.memory.toString('utf8', place, place + length);
  }
}
