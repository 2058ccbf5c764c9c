import { LRUCache } from 'lru-cache';
import { cacheMs } from '../config.js';

/** An object also where nothing was found: the LRU cache throws where a fetch without a result is deleted. */
interface Found<Value> {
  value: Value | undefined;
}

/**
 * What somebody else knows, remembered for at most {@link cacheMs} and forgotten at once where a change is announced.
 * Concurrent callers share one question. What does not exist is not remembered, because it may be created next.
 */
export class FreshCache<Value extends object, Key extends object> {
  private readonly found: LRUCache<string, Found<Value>, { key: Key }>;

  /** @param ask undefined where there is none */
  constructor(
    private readonly nameOf: (key: Key) => string,
    ask: (key: Key) => Promise<Value | null | undefined>,
  ) {
    this.found = new LRUCache<string, Found<Value>, { key: Key }>({
      max: 10_000,
      ttl: cacheMs,
      // A change announced while the answer is under way only means that it is not kept.
      ignoreFetchAbort: true,
      fetchMethod: async (_name, _stale, { context: { key } }) => ({ value: (await ask(key)) ?? undefined }),
    });
  }

  /** @throws what `ask` throws */
  async get(key: Key): Promise<Value | undefined> {
    const name = this.nameOf(key);
    const found = await this.found.fetch(name, { context: { key } });
    if (found && !found.value && this.found.peek(name) === found) this.found.delete(name);
    return found?.value;
  }

  forget(key: Key): void {
    this.found.delete(this.nameOf(key));
  }
}
