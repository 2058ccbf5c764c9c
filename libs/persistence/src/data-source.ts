import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { PreparedClient } from './statements/prepared-client.js';

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database`. */
  url: string;
  /** The one schema this service owns; every unqualified name in its SQL means this schema. */
  schema: string;
  migrations: NonNullable<DataSourceOptions['migrations']>;
  /** A statement that takes longer is cancelled, ms; 0 lets it run. */
  statementTimeoutMs?: number;
  /** Connections; more than a few per core only queue inside Postgres instead of here. */
  poolSize?: number;
}

/** A data source that sees one schema and never changes it by itself: migrations are explicit. */
export const createDataSource = ({
  url,
  schema,
  migrations,
  statementTimeoutMs = 15_000,
  poolSize = 8,
}: DatabaseOptions): DataSource =>
  new DataSource({
    type: 'postgres',
    driver: pg,
    url,
    schema,
    migrations,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    poolSize,
    applicationName: `qflow-${schema}`,
    extra: {
      Client: PreparedClient,
      options: `-c search_path=${schema} -c statement_timeout=${statementTimeoutMs} -c idle_in_transaction_session_timeout=30000`,
      connectionTimeoutMillis: 5_000,
      // Finds a peer that went away without a word, such as a failed-over database.
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    },
  });
