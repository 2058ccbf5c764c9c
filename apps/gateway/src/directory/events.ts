import { Inject, Injectable } from '@nestjs/common';
import { CodedError } from '@qflow/contracts';
import { sqlOf } from '@qflow/persistence';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import { cacheMs } from '../config.js';
import type { EventView } from './event.dto.js';
import { findEvent } from './find-event.js';

/** Events by account and id, known for at most {@link cacheMs}. Events that do not exist are not remembered. */
@Injectable()
export class Events {
  private readonly cache = new LRUCache<string, EventView>({
    max: 10_000,
    ttl: cacheMs,
    fetchMethod: (key) => findEvent(sqlOf(this.dataSource), ...(key.split('/') as [string, string])),
  });

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** @throws CodedError `not_found`, also for another account's event */
  async require(accountId: string, eventId: string): Promise<EventView> {
    const event = await this.cache.fetch(`${accountId}/${eventId}`);
    if (!event) throw new CodedError('not_found', 'The event does not exist.');
    return event;
  }
}
