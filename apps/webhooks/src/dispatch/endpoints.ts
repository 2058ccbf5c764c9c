import { LRUCache } from 'lru-cache';
import { Endpoint } from './endpoint.js';

/** Endpoints without work of which something is remembered. */
const maxRemembered = 10_000;

/** Every endpoint that has work here, and the failing ones among the others: a circuit must not close by being idle. */
export class Endpoints<Item> {
  private readonly busy = new Map<string, Endpoint<Item>>();
  private readonly remembered = new LRUCache<string, Endpoint<Item>>({ max: maxRemembered });
  private readonly unknown: Endpoint<Item>;

  constructor(private readonly places: number) {
    this.unknown = new Endpoint<Item>('', places);
  }

  /** To look at only: one of which nothing is known looks like a new one. */
  peek(id: string): Endpoint<Item> {
    return this.find(id) ?? this.unknown;
  }

  find(id: string): Endpoint<Item> | undefined {
    // `peek`, because `get` would move it to the front, and whoever is going through `all` would never come to an end.
    return this.busy.get(id) ?? this.remembered.peek(id);
  }

  /** For work: call {@link rest} when it may have none left. */
  open(id: string): Endpoint<Item> {
    const busy = this.busy.get(id);
    if (busy) return busy;
    const endpoint = this.remembered.get(id) ?? new Endpoint<Item>(id, this.places);
    this.remembered.delete(id);
    this.busy.set(id, endpoint);
    return endpoint;
  }

  rest(endpoint: Endpoint<Item>): void {
    if (endpoint.load > 0) return;
    this.busy.delete(endpoint.id);
    if (!endpoint.isForgettable) this.remembered.set(endpoint.id, endpoint);
  }

  *all(): Generator<Endpoint<Item>> {
    yield* this.busy.values();
    yield* this.remembered.values();
  }

  /** How many are only probed. */
  get away(): number {
    let count = 0;
    for (const endpoint of this.all()) if (endpoint.isAway) count++;
    return count;
  }
}
