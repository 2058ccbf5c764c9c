/** Nobody waits for the deletion of what is published: so long it gathers company, ms. */
const gatherMs = 100;
/** Rows that wait for their deletion at the most, while the table is away; the others are found by the sweep. */
const maxWaiting = 20_000;

/**
 * Rows whose messages are all published, and which are deleted together: a transaction of its own for each of them would
 * cost more than writing it did. Those of a process that dies before are published once more.
 */
export class PublishedRows {
  private ids: string[] = [];
  private timer: NodeJS.Timeout | undefined;
  private deleting = Promise.resolve();

  constructor(
    private readonly deleteRows: (ids: readonly string[]) => Promise<void>,
    private readonly onError: (error: unknown) => void,
  ) {}

  add(id: string): void {
    if (this.ids.length >= maxWaiting) return;
    this.ids.push(id);
    this.timer ??= setTimeout(() => void this.flush(), gatherMs);
  }

  /** Resolves when all that were added before are deleted; what could not be is tried again at the next flush. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    return (this.deleting = this.deleting.then(() => this.deleteAll()));
  }

  private async deleteAll(): Promise<void> {
    const ids = this.ids;
    if (ids.length === 0) return;
    this.ids = [];
    try {
      await this.deleteRows(ids);
    } catch (error) {
      this.onError(error);
      this.ids.push(...ids);
    }
  }
}
