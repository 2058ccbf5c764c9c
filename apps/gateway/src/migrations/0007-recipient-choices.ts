import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What recipients have chosen on the pages behind unsubscribe links. */
export class RecipientChoices1763700000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE recipient_choices (
        account_id uuid NOT NULL,
        -- Whose link it was; the sender's to know, so nothing is referred to.
        send_id uuid NOT NULL,
        -- The newest choice through this link: the page shows it until the sender has heard of it.
        choice text NOT NULL CHECK (choice IN ('unsubscribe', 'resubscribe')),
        at timestamptz NOT NULL,
        PRIMARY KEY (account_id, send_id)
      )`);
    await runner.query('CREATE INDEX recipient_choices_age ON recipient_choices (at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE recipient_choices');
  }
}
