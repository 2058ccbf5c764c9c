import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Through whom e-mail goes. A default that is dropped at once gives existing rows their value without rewriting them
 * (it stands in the catalogue); all of them were SendGrid's. New rows begin with null.
 */
export class Providers1763700000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sends
        -- Whoever has the e-mail, gets it now, or may have it: as long as that is so, the send goes nowhere else.
        ADD COLUMN provider text DEFAULT 'sendgrid'`);
    await runner.query('ALTER TABLE sends ALTER COLUMN provider DROP DEFAULT');
    // Those that SendGrid certainly does not have may go elsewhere.
    await runner.query(`
      UPDATE sends SET provider = NULL WHERE state = 'queued'
         AND NOT EXISTS (SELECT FROM attempts WHERE attempts.send_id = sends.id AND attempts.outcome = 'unknown')`);
    await runner.query(`
      ALTER TABLE attempts
        -- Null where it did not come to handing over.
        ADD COLUMN provider text DEFAULT 'sendgrid'`);
    await runner.query('ALTER TABLE attempts ALTER COLUMN provider DROP DEFAULT');
    await runner.query(`
      CREATE TABLE account_providers (
        -- Accounts without a row use the list of the installation.
        account_id uuid PRIMARY KEY,
        -- In the order in which they are tried.
        providers text[] NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE account_providers');
    await runner.query('ALTER TABLE attempts DROP COLUMN provider');
    await runner.query('ALTER TABLE sends DROP COLUMN provider');
  }
}
