import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { changeSubjects, type KeysRevoked } from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { Unauthorized } from '../identity/unauthorized.js';
import { KeyCache, type KeyHolder } from './key-cache.js';
import { LastUsed } from './last-used.js';

/** Whoever holds an operator's key: no account, and so no way to any account's routes. */
export interface Operator extends KeyHolder {
  name: string;
}

/** Checks operators' keys, which open the routes under `/api/admin` and nothing else. */
@Injectable()
export class OperatorKeys implements OnModuleInit {
  private readonly keys = new KeyCache<Operator>((hash) => this.load(hash));

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(LastUsed) private readonly lastUsed: LastUsed,
  ) {}

  onModuleInit(): void {
    this.rpc.listen<KeysRevoked>(changeSubjects.keys, ({ hashes }) => {
      for (const hash of hashes) this.keys.forget(hash);
    });
  }

  /** @throws Unauthorized the same for a key that is unknown, revoked or expired */
  async verify(key: string): Promise<Operator> {
    const operator = this.keys.known(key) ?? (await this.keys.find(key));
    if (!operator) throw Unauthorized.invalid('The operator key is not valid.');
    this.lastUsed.touch('operator_keys', operator.keyId);
    return operator;
  }

  private async load(hash: Buffer): Promise<Operator | undefined> {
    const [row] = await sqlOf(this.dataSource)<Operator>(
      `SELECT id AS "keyId", name, expires_at AS "expiresAt" FROM operator_keys
        WHERE hash = $1 AND (expires_at IS NULL OR expires_at > now())`,
      [hash],
    );
    return row;
  }
}
