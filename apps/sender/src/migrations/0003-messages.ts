import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What customer events tell of the e-mail itself, and who has unsubscribed. Rewrites nothing. */
export class Messages1763700000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sends
        -- As handed to the provider; null until then. Wire formats other than Qflow's tell them with every event.
        ADD COLUMN subject text,
        ADD COLUMN from_address text,
        -- From the provider's answer; null where none came.
        ADD COLUMN provider_message_id text`);
    await runner.query(`
      ALTER TABLE suppressions
        -- Beside the reason, which is the first one: whoever complains first and unsubscribes then has done both.
        ADD COLUMN unsubscribed boolean NOT NULL DEFAULT false`);
    await runner.query(`UPDATE suppressions SET unsubscribed = true WHERE reason = 'unsubscribed'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE suppressions DROP COLUMN unsubscribed');
    await runner.query(
      'ALTER TABLE sends DROP COLUMN subject, DROP COLUMN from_address, DROP COLUMN provider_message_id',
    );
  }
}
