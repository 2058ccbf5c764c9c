import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { changeSubjects, type SubscriptionsChanged } from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { GroupCommit, sqlOf } from '@qflow/persistence';
import { LOGGER } from '@qflow/service';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { WEBHOOKS_CONFIG, type WebhooksConfig } from '../config.js';
import { SecretUnreadable } from '../secrets/open-secret.js';
import { inForce, readySubscription, type ReadySubscription } from './ready-subscription.js';
import type { Subscription, SubscriptionRow } from './subscription.js';

/** An announcement of a change may be lost; by this age a subscription is read anew, ms. */
const maxAgeMs = 2_000;
const maxEntries = 10_000;
/** How often the log says of one subscription that its secrets cannot be read, ms. */
const complainEveryMs = 60_000;

interface Cached {
  /** Null of one that is not there. */
  loaded: Promise<ReadySubscription | null>;
  /** The same, once it is read. */
  ready: ReadySubscription | null | undefined;
}

/**
 * The subscriptions as attempts see them. An attempt asks by id just before it signs, so that a new secret or a new
 * URL counts at once, also for deliveries that were queued before the change.
 */
@Injectable()
export class Subscriptions implements OnModuleInit {
  private readonly byId = new LRUCache<string, Cached>({
    max: maxEntries,
    ttl: maxAgeMs,
  });
  private readonly idsOf = new LRUCache<string, Set<string>>({ max: maxEntries });
  /** Asked for and not read yet: nobody knows whose they are. */
  private readonly loading = new Set<string>();
  private readonly complained = new LRUCache<string, true>({ max: maxEntries, ttl: complainEveryMs });
  /** What is asked for together is read together. */
  private readonly rows;

  constructor(
    @Inject(WEBHOOKS_CONFIG) private readonly config: WebhooksConfig,
    dataSource: DataSource,
    private readonly rpc: RpcClient,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.rows = new GroupCommit<string, SubscriptionRow | null>({
      flush: async (ids) => {
        const found = await sqlOf(dataSource)<SubscriptionRow>(
          'SELECT * FROM subscriptions WHERE id = ANY($1::uuid[]) AND deleted_at IS NULL',
          [ids],
        );
        const byId = new Map(found.map((row) => [row.id, row]));
        return ids.map((id) => byId.get(id) ?? null);
      },
    });
  }

  onModuleInit(): void {
    this.rpc.listen<SubscriptionsChanged>(changeSubjects.subscriptions, ({ accountId }) =>
      this.forget(accountId),
    );
  }

  /**
   * With the secrets in force now; null where it has been deleted.
   * @throws SecretUnreadable where its secrets cannot be decrypted, which concerns this subscription only and is in the
   *   log already
   */
  async get(id: string): Promise<Subscription | null> {
    const { loaded } = this.byId.get(id) ?? this.load(id);
    const ready = await loaded;
    return ready && inForce(ready);
  }

  /** The same without a promise; undefined where it has to be read first. */
  getIfRead(id: string): Subscription | null | undefined {
    const ready = this.byId.get(id)?.ready;
    return ready && inForce(ready);
  }

  /** Tells this replica at once, and the others by message, that an account's subscriptions have changed. */
  changed(accountId: string): void {
    this.forget(accountId);
    this.rpc.announce(changeSubjects.subscriptions, { accountId } satisfies SubscriptionsChanged);
  }

  /** What is being read may be as it was before the change, so it serves those who have asked and nobody after them. */
  private forget(accountId: string): void {
    for (const id of this.idsOf.get(accountId) ?? []) this.byId.delete(id);
    for (const id of this.loading) this.byId.delete(id);
    this.idsOf.delete(accountId);
  }

  private load(id: string): Cached {
    const cached: Cached = { loaded: this.read(id), ready: undefined };
    this.byId.set(id, cached);
    cached.loaded.then(
      (ready) => (cached.ready = ready),
      (error: unknown) => {
        // Unreadable secrets are so for longer than a moment: asking again at every delivery would change nothing.
        if (!(error instanceof SecretUnreadable) && this.byId.peek(id) === cached) this.byId.delete(id);
      },
    );
    return cached;
  }

  private async read(id: string): Promise<ReadySubscription | null> {
    this.loading.add(id);
    const row = await this.rows.add(id).finally(() => this.loading.delete(id));
    if (!row) return null;
    const ids = this.idsOf.get(row.account_id) ?? new Set();
    this.idsOf.set(row.account_id, ids.add(id));
    try {
      return readySubscription(row, this.config.WEBHOOK_SECRET_KEYS);
    } catch (error) {
      if (error instanceof SecretUnreadable) this.complain(row, error);
      throw error;
    }
  }

  private complain({ id, account_id }: SubscriptionRow, { keyId, message }: SecretUnreadable): void {
    if (this.complained.has(id)) return;
    this.complained.set(id, true);
    this.logger.error(
      { subscriptionId: id, accountId: account_id, keyId },
      `${message}. Its deliveries wait until WEBHOOK_SECRET_KEYS holds that key again`,
    );
  }
}
