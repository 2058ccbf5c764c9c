/** By send and event type: how many different webhooks came. */
export type Heard = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** What was told about each send, told apart by webhook id: a repetition is no second event. */
export class Hearing {
  readonly #bySend = new Map<string, Map<string, number>>();

  /** @param sendId null for what is about no send */
  enter(sendId: string | null, type: string): void {
    if (sendId === null) return;
    const types = this.#bySend.get(sendId) ?? new Map<string, number>();
    types.set(type, (types.get(type) ?? 0) + 1);
    this.#bySend.set(sendId, types);
  }

  get heard(): Heard {
    return this.#bySend;
  }
}
