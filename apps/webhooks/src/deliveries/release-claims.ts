import { columnArrays, unnest, type Columns, type Sql } from '@qflow/persistence';
import type { Delivery } from './delivery.js';

/** A claimed delivery that is given back without an attempt. */
export interface Release {
  delivery: Pick<Delivery, 'id' | 'subscriptionId'>;
  /** When it is due again, ms from now. */
  afterMs: number;
  /** Whether it is paced from now on, which it may be already. */
  paced: boolean;
}

const columns: Columns = { subscription_id: 'uuid', delivery_id: 'uuid', after_ms: 'float8', paced: 'bool' };

/** Gives claimed deliveries back, for whoever looks next. */
export async function releaseClaims(sql: Sql, releases: readonly Release[]): Promise<void> {
  if (releases.length === 0) return;
  await sql(
    `UPDATE waiting SET due_at = now() + released.after_ms * interval '1 millisecond',
            paced = waiting.paced OR released.paced, claimed = false
       FROM ${unnest(columns)} AS released (${Object.keys(columns).join(', ')})
      WHERE waiting.subscription_id = released.subscription_id AND waiting.delivery_id = released.delivery_id`,
    columnArrays(
      columns,
      releases.map(({ delivery, afterMs, paced }) => ({
        subscription_id: delivery.subscriptionId,
        delivery_id: delivery.id,
        after_ms: afterMs,
        paced,
      })),
    ),
  );
}
