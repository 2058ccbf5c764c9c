/** Something that is to happen later. */
interface Held<Item> {
  readonly item: Item;
  /** Milliseconds since the epoch. */
  readonly dueAt: number;
  readonly bytes: number;
}

/** The longest that Node's timers can wait. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** What waits for its time, soonest first; one timer for all of it. */
export class HeldEvents<Item> {
  private held: Held<Item>[] = [];
  private timer: NodeJS.Timeout | undefined;
  private sum = 0;
  private closed = false;

  /** @param release called with everything whose time has come, in the order of these times */
  constructor(private readonly release: (items: Item[]) => void) {}

  /** Of everything that waits. */
  get bytes(): number {
    return this.sum;
  }

  get size(): number {
    return this.held.length;
  }

  /** @param dueAt milliseconds since the epoch */
  hold(item: Item, dueAt: number, bytes: number): void {
    if (this.closed) return;
    // Mostly the new one is the last, so its place is looked for from the end.
    const before = this.held.findLastIndex((other) => other.dueAt <= dueAt);
    this.held.splice(before + 1, 0, { item, dueAt, bytes });
    this.sum += bytes;
    if (before === -1) this.setTimer();
  }

  /** Forgets what waits. @returns how many that were */
  drop(): number {
    const { length } = this.held;
    this.held = [];
    this.sum = 0;
    clearTimeout(this.timer);
    return length;
  }

  /** Drops what waits, and whatever comes from now on. @returns how many waited */
  close(): number {
    this.closed = true;
    return this.drop();
  }

  private setTimer(): void {
    clearTimeout(this.timer);
    const [first] = this.held;
    if (!first) return;
    const wait = Math.min(Math.max(0, first.dueAt - Date.now()), LONGEST_TIMER_MS);
    this.timer = setTimeout(() => this.releaseDue(), wait);
  }

  private releaseDue(): void {
    const now = Date.now();
    const stillEarly = this.held.findIndex(({ dueAt }) => dueAt > now);
    const due = this.held.splice(0, stillEarly === -1 ? this.held.length : stillEarly);
    for (const { bytes } of due) this.sum -= bytes;
    this.setTimer();
    if (due.length > 0) this.release(due.map(({ item }) => item));
  }
}
