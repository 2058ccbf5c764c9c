import { commsEventKey, commsEventSubject, dataWithoutSend, type CommsEventV1 } from '@qflow/contracts';
import type { OutboxEntry } from '@qflow/persistence';
import { v7 as uuidv7 } from 'uuid';
import { policyOf } from '../dispatch/retry-policy.js';
import type { SubscriptionRow } from '../subscriptions/subscription.js';
import type { Announcement } from './standing.js';

type Endpoint = Pick<SubscriptionRow, 'id' | 'account_id' | 'url' | 'format' | 'retry'>;

/**
 * The operational event as an outbox entry, to be written in the transaction that changes the subscription: so its id
 * may be new each time, whoever rolls back has told nobody.
 */
export function endpointEvent(endpoint: Endpoint, { type, ...report }: Announcement): OutboxEntry {
  const event: CommsEventV1 = {
    kind: 'comms.event',
    version: 1,
    id: uuidv7(),
    type,
    accountId: endpoint.account_id,
    createdAt: new Date().toISOString(),
    data: {
      ...dataWithoutSend(type),
      error: report.lastError,
      endpoint: {
        id: endpoint.id,
        url: endpoint.url,
        failures: report.failures,
        disableAfter: policyOf(endpoint.format, endpoint.retry).disableAfter,
        disabledReason: report.disabledReason,
        lastError: report.lastError,
      },
    },
  };
  return {
    subject: commsEventSubject(event.accountId, type),
    msgId: commsEventKey(event.id),
    body: JSON.stringify(event),
    headers: {},
  };
}

/**
 * `endpoint.recovered` of a subscription whose owner has enabled it again, or cleared its strikes; null where nobody
 * was told of any trouble, such as when it was only paused.
 * @param before the row as it was
 * @param after the row as it is now, which may have another URL or other rules
 */
export function recoveredEvent(
  before: Pick<SubscriptionRow, 'warned' | 'disabled_reason'>,
  after: Endpoint,
): OutboxEntry | null {
  const wasTold =
    before.warned > 0 || before.disabled_reason === 'failures' || before.disabled_reason === 'gone';
  if (!wasTold) return null;
  const nothing = { failures: 0, lastError: null, disabledReason: null };
  return endpointEvent(after, { type: 'endpoint.recovered', ...nothing });
}
