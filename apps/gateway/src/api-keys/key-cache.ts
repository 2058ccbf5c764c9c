import { LRUCache } from 'lru-cache';
import { cacheMs } from '../config.js';
import { isWellFormed, keyHash } from './secret-key.js';

/** What is kept of a key that holds. */
export interface KeyHolder {
  keyId: string;
  /** Null for a key that never expires. */
  expiresAt: Date | null;
}

/** What a look-up found. An object also where that is nobody: the cache throws where a fetch without a result is deleted. */
interface Found<Holder> {
  holder: Holder | undefined;
}

/**
 * Keys by their hash, known for at most {@link cacheMs}: a key in use costs one query every few seconds, not one per
 * request. Keys that do not exist are remembered apart, so that guessing neither becomes queries nor pushes real
 * keys out.
 */
export class KeyCache<Holder extends KeyHolder> {
  private readonly found: LRUCache<string, Found<Holder>>;
  private readonly unknown = new LRUCache<string, true>({ max: 1_000, ttl: cacheMs });

  /** @param load the holder of a key by the key's SHA-256, undefined where the key does not hold */
  constructor(load: (hash: Buffer) => Promise<Holder | undefined>) {
    this.found = new LRUCache<string, Found<Holder>>({
      max: 10_000,
      ttl: cacheMs,
      // A key revoked while it is being looked up still gets that answer, which then is not kept.
      ignoreFetchAbort: true,
      fetchMethod: async (hash) => ({ holder: await load(Buffer.from(hash, 'hex')) }),
    });
  }

  /** The holder of a key that was looked up a moment ago: the hot path, without a promise. */
  known(key: string): Holder | undefined {
    return unexpired(this.found.get(keyHash(key))?.holder);
  }

  async find(key: string): Promise<Holder | undefined> {
    if (!isWellFormed(key)) return undefined;
    const hash = keyHash(key);
    if (this.unknown.has(hash)) return undefined;
    const found = await this.found.fetch(hash);
    if (!found?.holder) {
      this.unknown.set(hash, true);
      this.found.delete(hash);
    }
    return unexpired(found?.holder);
  }

  /** @param hash in hexadecimal */
  forget(hash: string): void {
    this.found.delete(hash);
  }
}

const unexpired = <Holder extends KeyHolder>(holder: Holder | undefined): Holder | undefined =>
  holder && (holder.expiresAt === null || holder.expiresAt.getTime() > Date.now()) ? holder : undefined;
