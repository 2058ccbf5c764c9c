import { createOutboxTable } from '@qflow/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Initial1763700000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(createOutboxTable);
    await runner.query(`
      CREATE TABLE subscriptions (
        id uuid PRIMARY KEY,
        account_id uuid NOT NULL,
        -- The one that the Qflow routes manage: the account's single webhook.
        is_default boolean NOT NULL,
        url text NOT NULL,
        format text NOT NULL,
        -- AES-256-GCM under WEBHOOK_SECRET_KEYS; never in the clear, never in a log.
        secret text NOT NULL,
        active boolean NOT NULL DEFAULT true,
        -- Nothing matches it any more; the row waits until its log is removed.
        deleted_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX subscriptions_default ON subscriptions (account_id) WHERE is_default`,
    );
    await runner.query(
      `CREATE INDEX subscriptions_deleted ON subscriptions (id) WHERE deleted_at IS NOT NULL`,
    );
    await runner.query(`CREATE INDEX subscriptions_account ON subscriptions (account_id)`);
    await runner.query(`
      CREATE TABLE deliveries (
        id uuid PRIMARY KEY,
        subscription_id uuid NOT NULL REFERENCES subscriptions ON DELETE CASCADE,
        account_id uuid NOT NULL,
        event_id uuid NOT NULL,
        event_type text NOT NULL,
        -- The send it is about, for its timeline.
        send_id uuid,
        correlation_id text,
        -- Exactly what is signed and posted, at every attempt.
        body text NOT NULL,
        status text NOT NULL,
        attempts int NOT NULL DEFAULT 0,
        -- 1 for test calls, which are never repeated.
        max_attempts int NOT NULL,
        -- pending: when the claim of whoever holds it lapses. retrying: the next attempt. null: nothing to do.
        due_at timestamptz,
        status_code int,
        error text,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now(),
        -- One event reaches one subscription as one delivery, however often the stream delivers it.
        UNIQUE (subscription_id, event_id)
      ) WITH (fillfactor = 80)`);
    await runner.query(`CREATE INDEX deliveries_due ON deliveries (due_at) WHERE due_at IS NOT NULL`);
    await runner.query(`CREATE INDEX deliveries_send ON deliveries (send_id) WHERE send_id IS NOT NULL`);
    await runner.query(`
      CREATE TABLE attempts (
        delivery_id uuid NOT NULL REFERENCES deliveries ON DELETE CASCADE,
        attempt int NOT NULL,
        at timestamptz NOT NULL,
        duration_ms int NOT NULL,
        status_code int,
        error text,
        -- The first kilobytes of the answer, for whoever looks for the fault.
        answer text,
        PRIMARY KEY (delivery_id, attempt)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE attempts, deliveries, subscriptions, outbox');
  }
}
