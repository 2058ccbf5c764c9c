import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { sqlOf } from '@qflow/persistence';
import { LOGGER } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { WEBHOOKS_CONFIG, type WebhooksConfig } from '../config.js';
import { keysInUse } from './keys-in-use.js';

/** Says at every start what the key ring leaves to do: a rotation that was not finished, a key that is missing. */
@Injectable()
export class SecretsReport implements OnApplicationBootstrap {
  constructor(
    @Inject(WEBHOOKS_CONFIG) private readonly config: WebhooksConfig,
    private readonly dataSource: DataSource,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    try {
      const inUse = await keysInUse(sqlOf(this.dataSource));
      for (const [keyId, webhooks] of inUse) this.report(keyId, webhooks);
    } catch (err) {
      this.logger.warn({ err }, 'could not look which keys the secrets of webhooks are under');
    }
  }

  private report(keyId: string, count: number): void {
    const { newest, keys } = this.config.WEBHOOK_SECRET_KEYS;
    if (keyId === newest) return;
    const webhooks = count === 1 ? '1 webhook' : `${count} webhooks`;
    if (keys.has(keyId))
      this.logger.warn(
        { keyId, newest, webhooks: count },
        `key ${keyId} is not the newest and still in use, by ${webhooks}: run the re-encryption before you ` +
          'remove it from WEBHOOK_SECRET_KEYS',
      );
    else
      this.logger.error(
        { keyId, webhooks: count },
        `key ${keyId} is not in WEBHOOK_SECRET_KEYS: ${webhooks} under it cannot sign, and their deliveries ` +
          'wait until it is there again',
      );
  }
}
