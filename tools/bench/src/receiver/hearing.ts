/** By send and event type: how many different webhooks came. */
export type Heard = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** What was told about each send, told apart by webhook id: a repetition is no second event. */
export class Hearing {
  readonly #bySend = new Map<string, Map<string, number>>();

  /**
   * @param sendId null for what is about no send
   * @returns of how many types the send has been told with this one, where this one is new; 0 otherwise
   */
  enter(sendId: string | null, type: string): number {
    if (sendId === null) return 0;
    let types = this.#bySend.get(sendId);
    if (!types) this.#bySend.set(sendId, (types = new Map<string, number>()));
    const before = types.get(type) ?? 0;
    types.set(type, before + 1);
    return before === 0 ? types.size : 0;
  }

  get heard(): Heard {
    return this.#bySend;
  }
}
