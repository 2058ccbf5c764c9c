import { randomUUID } from 'node:crypto';
import type { DeliveryStatus, EventType, FormatName } from '@qflow/contracts';
import { createDataSource, derivedId, insertRows, sqlOf, type Columns, type Sql } from '@qflow/persistence';
import { testPlatform, type TestPlatform } from '@qflow/testing';
import type { DataSource } from 'typeorm';
import { webhooksSchema } from '../src/config.js';
import { migrations } from '../src/migrations/index.js';

/** A delivery for the log; what is not given is that of one that was delivered just now. */
export interface LoggedDelivery {
  id: string;
  subscription_id: string;
  event_id: string;
  event_type: EventType;
  send_id: string | null;
  origin: 'event' | 'replay' | 'test';
  replay_of: string | null;
  recovered_at: Date | null;
  body: string;
  status: DeliveryStatus;
  attempts: number;
  duration_ms: number | null;
  status_code: number | null;
  error_code: string | null;
  error: string | null;
  answer: string | null;
  /** Of its event and of its latest attempt, ms since the epoch. */
  time: number;
}

const deliveryColumns: Columns = {
  id: 'uuid',
  subscription_id: 'uuid',
  account_id: 'uuid',
  event_id: 'uuid',
  event_type: 'text',
  send_id: 'uuid',
  correlation_id: 'text',
  origin: 'text',
  replay_of: 'uuid',
  recovered_at: 'timestamptz',
  body: 'text',
  status: 'text',
  attempts: 'int',
  attempted_at: 'timestamptz',
  duration_ms: 'int',
  status_code: 'int',
  error_code: 'text',
  error: 'text',
  answer: 'text',
  created_at: 'timestamptz',
};

const attemptColumns: Columns = {
  delivery_id: 'uuid',
  attempt: 'int',
  at: 'timestamptz',
  duration_ms: 'int',
  status_code: 'int',
  error_code: 'text',
  error: 'text',
  answer: 'text',
};

const neverAttempted: readonly DeliveryStatus[] = ['pending', 'skipped'];

/** The tables of the service without the service: what it reads and writes can be arranged and looked at. */
export class LogFixture {
  readonly accountId = randomUUID();
  readonly sql: Sql;

  private constructor(
    private readonly platform: TestPlatform,
    readonly dataSource: DataSource,
  ) {
    this.sql = sqlOf(dataSource);
  }

  static async start(): Promise<LogFixture> {
    const platform = await testPlatform({ schema: webhooksSchema, migrations });
    const url = platform.databaseUrl;
    const dataSource = createDataSource({ url, schema: webhooksSchema, migrations });
    await dataSource.initialize();
    return new LogFixture(platform, dataSource);
  }

  async stop(): Promise<void> {
    await this.dataSource.destroy();
    await this.platform.stop();
  }

  async subscription(format: FormatName = 'qflow', accountId = this.accountId): Promise<string> {
    const id = randomUUID();
    await this.sql(
      `INSERT INTO subscriptions (id, account_id, is_default, url, format, secret)
       VALUES ($1, $2, false, 'https://hooks.example.com/in', $3, '')`,
      [id, accountId, format],
    );
    return id;
  }

  /** Writes deliveries with their earlier attempts, which failed, and answers them as they were completed. */
  async log(subscriptionId: string, ...given: readonly Partial<LoggedDelivery>[]): Promise<LoggedDelivery[]> {
    const rows = given.map((one) => complete(subscriptionId, one));
    await this.sql(
      ...insertRows(
        'deliveries',
        deliveryColumns,
        rows.map((row) => ({
          ...row,
          account_id: this.accountId,
          correlation_id: 'order-123',
          attempted_at: row.attempts > 0 ? new Date(row.time) : null,
          created_at: new Date(row.time),
        })),
      ),
    );
    const earlier = rows.flatMap((row) =>
      Array.from({ length: Math.max(0, row.attempts - 1) }, (_, index) => ({
        delivery_id: row.id,
        attempt: index + 1,
        at: new Date(row.time - 60_000 * (row.attempts - index - 1)),
        duration_ms: 12,
        status_code: 503,
        error_code: 'http_503',
        error: 'the endpoint answered 503',
        answer: row.answer,
      })),
    );
    await this.sql(...insertRows('attempts', attemptColumns, earlier));
    return rows;
  }

  /** Has deliveries wait for an attempt. */
  async wait(subscriptionId: string, ids: readonly string[], dueAt: Date, paced = false): Promise<void> {
    await this.sql(
      `INSERT INTO waiting (subscription_id, delivery_id, due_at, paced, expires_at)
       SELECT $1, id, $3, $4, now() + interval '1 day' FROM unnest($2::uuid[]) AS ids (id)`,
      [subscriptionId, ids, dueAt, paced],
    );
  }
}

export const idAt = (time: number): string => derivedId(time, randomUUID());

function complete(subscriptionId: string, given: Partial<LoggedDelivery>): LoggedDelivery {
  const time = given.time ?? Date.now();
  const status = given.status ?? 'delivered';
  const attempts = given.attempts ?? (neverAttempted.includes(status) ? 0 : 1);
  const succeeded = status === 'delivered';
  const attempted = attempts > 0;
  return {
    id: idAt(time),
    subscription_id: subscriptionId,
    event_id: idAt(time),
    event_type: 'comms.delivered',
    send_id: null,
    origin: 'event',
    replay_of: null,
    recovered_at: null,
    body: '{"id":"1"}',
    status,
    attempts,
    duration_ms: attempted ? 25 : null,
    status_code: attempted ? (succeeded ? 200 : 500) : null,
    error_code: attempted && !succeeded ? 'http_500' : null,
    error: attempted && !succeeded ? 'the endpoint answered 500' : null,
    answer: attempted ? 'ok' : null,
    ...given,
    time,
  };
}
