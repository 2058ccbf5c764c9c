import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { changeSubjects, type EventChanged } from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { FreshCache } from '../caching/fresh-cache.js';
import type { EventView, ReplaceEvent } from './event.dto.js';
import { findEvent, noSuchEvent } from './find-event.js';
import { replaceEvent } from './replace-event.js';

/**
 * Events as the hot path needs them: remembered, and forgotten when one is changed here or a replica announces that
 * it has changed one. A lost announcement heals by age. Events that do not exist are not remembered.
 */
@Injectable()
export class Events implements OnModuleInit {
  private readonly cache = new FreshCache<EventView, EventChanged>(
    ({ accountId, eventId }) => `${accountId}/${eventId}`,
    ({ accountId, eventId }) => findEvent(sqlOf(this.dataSource), accountId, eventId),
  );

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(RpcClient) private readonly rpc: RpcClient,
  ) {}

  onModuleInit(): void {
    this.rpc.listen<EventChanged>(changeSubjects.event, (change) => this.cache.forget(change));
  }

  /** @throws CodedError `not_found`, also for another account's event */
  async require(accountId: string, eventId: string): Promise<EventView> {
    const event = await this.cache.get({ accountId, eventId });
    if (!event) throw noSuchEvent();
    return event;
  }

  /**
   * E-mails that were asked for before show the event as it was then.
   * @throws CodedError `not_found`, also for another account's event
   */
  async replace(accountId: string, eventId: string, values: ReplaceEvent): Promise<EventView> {
    const event = await replaceEvent(sqlOf(this.dataSource), accountId, eventId, values);
    if (!event) throw noSuchEvent();
    const change: EventChanged = { accountId, eventId };
    this.cache.forget(change);
    this.rpc.announce(changeSubjects.event, change);
    return event;
  }
}
