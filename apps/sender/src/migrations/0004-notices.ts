import type { MigrationInterface, QueryRunner } from 'typeorm';

/** E-mails of the platform itself, to users of accounts. */
export class Notices1763700000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE notices (
        id uuid PRIMARY KEY,
        account_id uuid NOT NULL,
        recipient text NOT NULL,
        -- All three erased once there is nothing left to send.
        subject text,
        text text,
        html text,
        -- queued, sending, sent, failed or unknown; the last three are for good.
        state text NOT NULL DEFAULT 'queued',
        attempt int NOT NULL DEFAULT 0,
        -- queued: not before. sending: when the claim lapses. null: nothing to do.
        due_at timestamptz DEFAULT now(),
        error text,
        provider_message_id text,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query('CREATE INDEX notices_due ON notices (due_at) WHERE due_at IS NOT NULL');
    await runner.query('CREATE INDEX notices_age ON notices (created_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE notices');
  }
}
