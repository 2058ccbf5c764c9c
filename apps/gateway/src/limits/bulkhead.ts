/** Waiting, for one that is at work. */
const waitingPerPlace = 2;

/**
 * So many places to work at, and twice as many to wait for one, first come first served. What is beyond that has to be
 * refused. Fewer at work at once make nobody wait longer, they share one core; but they let others have a turn.
 */
export class Bulkhead {
  private working = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly places: number) {}

  get isFull(): boolean {
    return this.working >= this.places && this.waiting.length >= waitingPerPlace * this.places;
  }

  /** @returns whether there was a place; it is the caller's then. */
  enter(): boolean {
    if (this.working >= this.places) return false;
    this.working += 1;
    return true;
  }

  /** @param begin Called when there is a place, which is the caller's then. */
  wait(begin: () => void): void {
    this.waiting.push(begin);
  }

  /** Whoever had a place is done: it is that of the next one. */
  leave(): void {
    const next = this.waiting.shift();
    // By itself, and not as a part of what has just ended.
    if (next) setImmediate(next);
    else this.working -= 1;
  }
}
