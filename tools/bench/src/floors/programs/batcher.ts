/** Stores rows of concurrent callers together: what has gathered while a batch is on its way is the next batch. */
export class Batcher<Row> {
  #waiting: { row: Row; done: () => void; failed: (error: unknown) => void }[] = [];
  #underWay = 0;

  /** @param most Batches under way at once. */
  constructor(
    private readonly store: (rows: readonly Row[]) => Promise<unknown>,
    private readonly most: number,
  ) {}

  /** Resolves when the row is committed. */
  add(row: Row): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ row, done, failed });
      // Whoever comes in the same turn of the event loop comes along.
      if (this.#underWay < this.most && this.#waiting.length === 1) setImmediate(() => this.#flush());
    });
  }

  #flush(): void {
    if (this.#waiting.length === 0 || this.#underWay >= this.most) return;
    const batch = this.#waiting;
    this.#waiting = [];
    this.#underWay += 1;
    this.store(batch.map(({ row }) => row))
      .then(
        () => batch.forEach(({ done }) => done()),
        (error: unknown) => batch.forEach(({ failed }) => failed(error)),
      )
      .finally(() => {
        this.#underWay -= 1;
        this.#flush();
      });
  }
}
