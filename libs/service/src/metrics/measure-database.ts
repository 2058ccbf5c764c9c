import type { DataSource } from 'typeorm';
import type { Metrics } from './metrics.js';

/** What of a `pg` pool matters here. */
interface Pool {
  totalCount: number;
  idleCount: number;
  waitingCount: number;
  options: { max: number };
}

/** Shows how a replica uses its connections to PostgreSQL. */
export function measureDatabase(metrics: Metrics, dataSource: DataSource): void {
  const pool = (dataSource.driver as unknown as { master: Pool }).master;
  metrics.gauges(
    'qflow_database_connections',
    'Connections to PostgreSQL that this replica holds, by whether they are in use.',
    ['state'],
    () => [
      [{ state: 'busy' }, pool.totalCount - pool.idleCount],
      [{ state: 'idle' }, pool.idleCount],
    ],
  );
  metrics.gauge(
    'qflow_database_connections_max',
    'Connections to PostgreSQL that this replica may hold (DATABASE_POOL).',
    () => pool.options.max,
  );
  metrics.gauge(
    'qflow_database_waiting_requests',
    'Transactions and queries of this replica that wait for a connection.',
    () => pool.waitingCount,
  );
}
