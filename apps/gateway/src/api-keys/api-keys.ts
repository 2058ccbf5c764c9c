import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { changeSubjects, type KeysRevoked } from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import type { Caller } from '../identity/caller.js';
import type { KeyScope } from '../identity/scope.guard.js';
import { Unauthorized } from '../identity/unauthorized.js';
import { KeyCache, type KeyHolder } from './key-cache.js';
import { LastUsed } from './last-used.js';

interface AccountKey extends KeyHolder {
  caller: Caller;
}

/** Checks API keys: whose they are, and what they were made for. */
@Injectable()
export class ApiKeys implements OnModuleInit {
  private readonly keys = new KeyCache<AccountKey>((hash) => this.load(hash));

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(LastUsed) private readonly lastUsed: LastUsed,
  ) {}

  onModuleInit(): void {
    this.rpc.listen<KeysRevoked>(changeSubjects.keys, ({ hashes }) => this.forget(hashes));
  }

  /** The caller of a key that was checked a moment ago: the hot path, without a promise. */
  known(key: string): Caller | undefined {
    return this.used(this.keys.known(key));
  }

  /** @throws Unauthorized the same for a key that is unknown, revoked, expired or of a disabled user */
  async verify(key: string): Promise<Caller> {
    const caller = this.used(await this.keys.find(key));
    if (!caller) throw Unauthorized.invalid('The API key is not valid.');
    return caller;
  }

  /**
   * To be told of keys that hold no longer, once that is committed: they end here at once, and on the other replicas
   * as soon as the announcement arrives.
   * @param hashes in hexadecimal
   */
  revoked(hashes: readonly string[]): void {
    if (hashes.length === 0) return;
    this.forget(hashes);
    this.rpc.announce(changeSubjects.keys, { hashes: [...hashes] } satisfies KeysRevoked);
  }

  private forget(hashes: readonly string[]): void {
    for (const hash of hashes) this.keys.forget(hash);
  }

  private used(key: AccountKey | undefined): Caller | undefined {
    if (key) this.lastUsed.touch('api_keys', key.keyId);
    return key?.caller;
  }

  private async load(hash: Buffer): Promise<AccountKey | undefined> {
    const [row] = await sqlOf(this.dataSource)<KeyHolder & Caller & { scopes: KeyScope[] }>(
      `SELECT k.id AS "keyId", k.expires_at AS "expiresAt", k.account_id AS "accountId", k.user_id AS "userId", k.scopes
         FROM api_keys k JOIN users u ON u.id = k.user_id
        WHERE k.hash = $1 AND u.disabled_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())`,
      [hash],
    );
    if (!row) return undefined;
    const { keyId, expiresAt, ...caller } = row;
    return { keyId, expiresAt, caller };
  }
}
