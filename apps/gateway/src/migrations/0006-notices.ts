import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an account is told about its webhooks. */
export class Notices1732200000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE notices (
        account_id uuid NOT NULL,
        -- The id of the event it tells of: an event that comes twice meets its own notice here.
        id uuid NOT NULL,
        kind text NOT NULL,
        title text NOT NULL,
        text text NOT NULL,
        webhook_id uuid NOT NULL,
        -- When it happened.
        created_at timestamptz NOT NULL,
        read_at timestamptz,
        -- Without a reference to accounts: what the service of the webhooks says is not refused.
        PRIMARY KEY (account_id, id)
      )`);
    await runner.query('CREATE INDEX notices_unread ON notices (account_id, id) WHERE read_at IS NULL');
    await runner.query('CREATE INDEX notices_age ON notices (created_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE notices');
  }
}
