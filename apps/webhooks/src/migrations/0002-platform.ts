import { createDayPartitions, sqlOf } from '@qflow/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { logTables } from '../deliveries/log-tables.js';

/**
 * Many subscriptions per account, and a log that is partitioned by day. What had been delivered, and what was waiting,
 * is carried over.
 */
export class Platform1763700000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await this.extendSubscriptions(runner);
    await runner.query('ALTER TABLE attempts RENAME TO attempts_before');
    await runner.query('ALTER TABLE deliveries RENAME TO deliveries_before');
    await this.createLog(runner);
    await this.createWaiting(runner);
    await this.createReplays(runner);
    for (const table of logTables) await createDayPartitions(sqlOf(runner.manager), table);
    await this.carryOver(runner);
    await runner.query('DROP TABLE attempts_before, deliveries_before');
  }

  private async extendSubscriptions(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE subscriptions
        ADD COLUMN description text,
        -- Filters as their owner gave them: types, or prefixes such as comms.*
        ADD COLUMN events text[] NOT NULL DEFAULT '{comms.*}',
        -- Encrypted JSON of name to value: they may hold credentials of the receiver's.
        ADD COLUMN headers text,
        ADD COLUMN header_names text[] NOT NULL DEFAULT '{}',
        -- Only what differs from the format's own rules.
        ADD COLUMN retry jsonb NOT NULL DEFAULT '{}',
        -- Encrypted; signs beside the new one until then.
        ADD COLUMN previous_secret text,
        ADD COLUMN previous_until timestamptz,
        -- The rotation that made the present secret, so that a repetition of it makes no other one.
        ADD COLUMN rotation_id uuid,
        -- Ed25519 (Standard Webhooks v1a): the private one encrypted.
        ADD COLUMN private_key text,
        ADD COLUMN public_key text,
        ADD COLUMN disabled_reason text,
        ADD COLUMN disabled_at timestamptz,
        -- When it last became active: what is skipped since then was missed by being disabled since.
        ADD COLUMN enabled_at timestamptz NOT NULL DEFAULT now(),
        -- Deliveries in a row that failed for good.
        ADD COLUMN failures int NOT NULL DEFAULT 0,
        -- The share of the way to being disabled that its owner was last warned of, in percent.
        ADD COLUMN warned int NOT NULL DEFAULT 0`);
    await runner.query('UPDATE subscriptions SET enabled_at = created_at');
    await runner.query(
      `UPDATE subscriptions SET disabled_reason = 'gone', disabled_at = updated_at
        WHERE NOT active AND deleted_at IS NULL`,
    );
  }

  private async createLog(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE deliveries (
        -- In time order: of the event for an event's own delivery, of the request for a replay or a test call. Of an
        -- event and a subscription it follows, so that an event that comes twice meets its own delivery here.
        id uuid NOT NULL,
        subscription_id uuid NOT NULL,
        account_id uuid NOT NULL,
        event_id uuid NOT NULL,
        event_type text NOT NULL,
        -- The send it is about, for its timeline.
        send_id uuid,
        correlation_id text,
        -- event, replay or test
        origin text NOT NULL DEFAULT 'event',
        -- The delivery that a replay repeats.
        replay_of uuid,
        -- When a replay of this one was taken by the receiver.
        recovered_at timestamptz,
        -- Exactly what is signed and posted, at every attempt.
        body text NOT NULL,
        status text NOT NULL,
        attempts int NOT NULL DEFAULT 0,
        -- The latest attempt; earlier ones are in the table attempts, so that what succeeds at once is one row.
        attempted_at timestamptz,
        duration_ms int,
        status_code int,
        error_code text,
        error text,
        -- The first kilobytes of the answer, for whoever looks for the fault.
        answer text,
        created_at timestamptz NOT NULL,
        -- Without a reference to subscriptions: its check would lock their rows at every insert.
        PRIMARY KEY (subscription_id, id)
      ) PARTITION BY RANGE (id)`);
    // By an expression, so that the primary key, which has the same order, is no alternative to them: the planner would
    // take it where nearly everything has the status in question, and read the whole log of the subscription of which
    // that is not true. How they are asked: src/log/in-log-order.ts.
    await runner.query(
      `CREATE INDEX deliveries_status ON deliveries ((uuid_send(subscription_id)), status, id)
        WHERE status <> 'delivered'`,
    );
    await runner.query(
      `CREATE INDEX deliveries_type ON deliveries ((uuid_send(subscription_id)), event_type, status, id)`,
    );
    await runner.query(`CREATE INDEX deliveries_by_send ON deliveries (send_id) WHERE send_id IS NOT NULL`);
    await runner.query(`
      CREATE TABLE attempts (
        delivery_id uuid NOT NULL,
        attempt int NOT NULL,
        at timestamptz NOT NULL,
        duration_ms int NOT NULL,
        status_code int,
        error_code text,
        error text,
        answer text,
        PRIMARY KEY (delivery_id, attempt)
      ) PARTITION BY RANGE (delivery_id)`);
  }

  private async createWaiting(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE waiting (
        subscription_id uuid NOT NULL,
        delivery_id uuid NOT NULL,
        -- The next attempt; while one is under way, when the claim of the replica that makes it lapses.
        due_at timestamptz NOT NULL,
        -- Whether a replica has it, until due_at.
        claimed boolean NOT NULL DEFAULT false,
        -- Retries, replays and what came while the endpoint was down: no faster than the replay rate.
        paced boolean NOT NULL,
        -- The end of its schedule: an endpoint that never came back by then makes it dead.
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (subscription_id, delivery_id)
      ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000)`);
    await runner.query(`CREATE INDEX waiting_due ON waiting (subscription_id, paced, due_at)`);
    await runner.query(`CREATE INDEX waiting_expiry ON waiting (expires_at)`);
    await runner.query(`
      CREATE TABLE pace (
        subscription_id uuid PRIMARY KEY,
        -- When the next paced attempt may start, over all replicas.
        free_at timestamptz NOT NULL,
        -- When its endpoint was last seen to take something that had waited: what still waits then waits for its turn.
        took_at timestamptz
      ) WITH (fillfactor = 50)`);
  }

  private async createReplays(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE replays (
        id uuid PRIMARY KEY,
        subscription_id uuid NOT NULL,
        account_id uuid NOT NULL,
        since timestamptz NOT NULL,
        until timestamptz NOT NULL,
        status text,
        -- running, done or cancelled
        state text NOT NULL DEFAULT 'running',
        -- The delivery it has come to.
        position uuid,
        deliveries int NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz
      )`);
    await runner.query(`CREATE INDEX replays_of ON replays (subscription_id, created_at DESC)`);
    await runner.query(
      `CREATE UNIQUE INDEX replays_running ON replays (subscription_id) WHERE state = 'running'`,
    );
  }

  private async carryOver(runner: QueryRunner): Promise<void> {
    await runner.query(`
      INSERT INTO deliveries (id, subscription_id, account_id, event_id, event_type, send_id, correlation_id, origin,
             body, status, attempts, attempted_at, duration_ms, status_code, error, answer, created_at)
      SELECT d.id, d.subscription_id, d.account_id, d.event_id, d.event_type, d.send_id, d.correlation_id,
             CASE d.event_type WHEN 'comms.test' THEN 'test' ELSE 'event' END,
             d.body, d.status, d.attempts, a.at, a.duration_ms, a.status_code, a.error, a.answer, d.created_at
        FROM deliveries_before d LEFT JOIN attempts_before a ON a.delivery_id = d.id AND a.attempt = d.attempts
       WHERE d.created_at > now() - interval '30 days'`);
    await runner.query(`
      INSERT INTO attempts (delivery_id, attempt, at, duration_ms, status_code, error, answer)
      SELECT a.delivery_id, a.attempt, a.at, a.duration_ms, a.status_code, a.error, a.answer
        FROM attempts_before a JOIN deliveries_before d ON d.id = a.delivery_id
       WHERE a.attempt < d.attempts AND d.created_at > now() - interval '30 days'`);
    await runner.query(`
      INSERT INTO waiting (subscription_id, delivery_id, due_at, paced, expires_at)
      SELECT subscription_id, id, due_at, true, created_at + interval '27 hours'
        FROM deliveries_before WHERE due_at IS NOT NULL AND created_at > now() - interval '30 days'`);
  }

  async down(): Promise<void> {
    throw new Error('the log cannot go back to one table: restore a backup from before the upgrade');
  }
}
