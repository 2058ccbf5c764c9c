import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { changeSubjects, type SubscriptionsChanged } from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { decrypt, sqlOf } from '@qflow/persistence';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import { WEBHOOKS_CONFIG, type WebhooksConfig } from '../config.js';
import type { Subscription, SubscriptionRow } from './subscription.js';

/** An announcement of a change may be lost; by this age a subscription is read anew, ms. */
const maxAgeMs = 2_000;
const maxEntries = 10_000;

/**
 * The subscriptions as attempts see them. An attempt asks by id just before it signs, so that a new secret or a new
 * URL counts at once, also for deliveries that were queued before the change.
 */
@Injectable()
export class Subscriptions implements OnModuleInit {
  private readonly byId = new LRUCache<string, Promise<Subscription | null>>({
    max: maxEntries,
    ttl: maxAgeMs,
  });
  private readonly idsOf = new LRUCache<string, Set<string>>({ max: maxEntries });

  constructor(
    @Inject(WEBHOOKS_CONFIG) private readonly config: WebhooksConfig,
    private readonly dataSource: DataSource,
    private readonly rpc: RpcClient,
  ) {}

  onModuleInit(): void {
    this.rpc.listen<SubscriptionsChanged>(changeSubjects.subscriptions, ({ accountId }) =>
      this.forget(accountId),
    );
  }

  /** Null where it has been deleted. */
  get(id: string): Promise<Subscription | null> {
    const known = this.byId.get(id);
    if (known) return known;
    const loaded = this.load(id);
    this.byId.set(id, loaded);
    loaded.catch(() => this.byId.delete(id));
    return loaded;
  }

  /** Tells this replica at once, and the others by message, that an account's subscriptions have changed. */
  changed(accountId: string): void {
    this.forget(accountId);
    this.rpc.announce(changeSubjects.subscriptions, { accountId } satisfies SubscriptionsChanged);
  }

  private forget(accountId: string): void {
    for (const id of this.idsOf.get(accountId) ?? []) this.byId.delete(id);
  }

  private async load(id: string): Promise<Subscription | null> {
    const [row] = await sqlOf(this.dataSource)<SubscriptionRow>(
      'SELECT * FROM subscriptions WHERE id = $1 AND deleted_at IS NULL',
      [id],
    );
    if (!row) return null;
    const ids = this.idsOf.get(row.account_id) ?? new Set();
    this.idsOf.set(row.account_id, ids.add(id));
    const secrets = [decrypt(this.config.WEBHOOK_SECRET_KEYS, row.secret)];
    return { id, accountId: row.account_id, url: row.url, format: row.format, secrets, active: row.active };
  }
}
