import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database`. */
  url: string;
  /** The one schema this service owns; every unqualified name in its SQL means this schema. */
  schema: string;
  migrations: NonNullable<DataSourceOptions['migrations']>;
  /** Connections; more than a few per core only queue inside Postgres instead of here. */
  poolSize?: number;
}

/** A data source that sees one schema and never changes it by itself: migrations are explicit. */
export const createDataSource = ({ url, schema, migrations, poolSize = 8 }: DatabaseOptions): DataSource =>
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
    extra: { options: `-c search_path=${schema}`, connectionTimeoutMillis: 5_000 },
  });
