import { createOutboxTable } from '@qflow/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Initial1763700000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(createOutboxTable);
    await runner.query(`
      CREATE TABLE sends (
        id uuid PRIMARY KEY,
        account_id uuid NOT NULL,
        event_id uuid NOT NULL,
        attendee_id uuid NOT NULL,
        template_id uuid NOT NULL,
        template_version int NOT NULL,
        -- The caller's own id of a resend; the same one again means the same send.
        request_id uuid,
        correlation_id text,
        recipient text NOT NULL,
        -- What the template shows; erased once the provider has the e-mail.
        merge jsonb,
        state text NOT NULL,
        -- Whether comms.sent has been announced: it is, once, on the first proof that the provider has the e-mail.
        announced boolean NOT NULL DEFAULT false,
        -- Whether comms.skipped has been announced.
        skipped boolean NOT NULL DEFAULT false,
        error text,
        attempt int NOT NULL DEFAULT 0,
        -- queued: not before. sending: when the claim lapses. unknown: when the grace ends. null: nothing to do.
        due_at timestamptz,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now()
      ) WITH (fillfactor = 80)`);
    await runner.query(`CREATE INDEX sends_due ON sends (due_at) WHERE due_at IS NOT NULL`);
    await runner.query(
      `CREATE INDEX sends_pair ON sends (account_id, attendee_id, template_id, created_at DESC)`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX sends_request ON sends (account_id, request_id) WHERE request_id IS NOT NULL`,
    );
    await runner.query(`
      CREATE TABLE attempts (
        send_id uuid NOT NULL,
        attempt int NOT NULL,
        started_at timestamptz NOT NULL,
        finished_at timestamptz NOT NULL,
        outcome text NOT NULL,
        detail text,
        provider_message_id text,
        PRIMARY KEY (send_id, attempt)
      )`);
    await runner.query(`
      CREATE TABLE receipts (
        -- The provider's id of the event: a second delivery of it is recognised for ever, not for a window.
        id text PRIMARY KEY,
        send_id uuid,
        type text NOT NULL,
        reason text,
        occurred_at timestamptz NOT NULL,
        received_at timestamptz NOT NULL,
        raw jsonb NOT NULL
      )`);
    await runner.query(`CREATE INDEX receipts_send ON receipts (send_id)`);
    await runner.query(`
      CREATE TABLE suppressions (
        account_id uuid NOT NULL,
        email text NOT NULL,
        reason text NOT NULL,
        send_id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (account_id, email)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE suppressions, receipts, attempts, sends, outbox');
  }
}
