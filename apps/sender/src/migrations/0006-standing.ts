import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is known of an address instead of whether it is on the list, and what recipients choose. Rewrites nothing. */
export class Standing1763700000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE suppressions
        -- When each thing was last said of the address, and through which send: all there is to know.
        ADD COLUMN spam_reported_at timestamptz, ADD COLUMN spam_reported_send uuid,
        ADD COLUMN bounced_at timestamptz, ADD COLUMN bounced_send uuid,
        ADD COLUMN dropped_at timestamptz, ADD COLUMN dropped_send uuid,
        ADD COLUMN unsubscribed_at timestamptz, ADD COLUMN unsubscribed_send uuid,
        ADD COLUMN resubscribed_at timestamptz, ADD COLUMN resubscribed_send uuid,
        -- What follows from that, for those who only read: null where the address may be mailed.
        ALTER COLUMN reason DROP NOT NULL,
        ALTER COLUMN send_id DROP NOT NULL,
        ALTER COLUMN created_at DROP NOT NULL`);
    await runner.query(`
      UPDATE suppressions SET
        spam_reported_at = CASE WHEN reason = 'spam_reported' THEN created_at END,
        spam_reported_send = CASE WHEN reason = 'spam_reported' THEN send_id END,
        bounced_at = CASE WHEN reason = 'bounced' THEN created_at END,
        bounced_send = CASE WHEN reason = 'bounced' THEN send_id END,
        dropped_at = CASE WHEN reason = 'dropped' THEN created_at END,
        dropped_send = CASE WHEN reason = 'dropped' THEN send_id END,
        -- Whoever unsubscribed after another reason did so later than that, and before any lift.
        unsubscribed_at = CASE WHEN unsubscribed THEN created_at END,
        unsubscribed_send = CASE WHEN unsubscribed THEN send_id END`);
    await runner.query(
      `UPDATE suppressions SET reason = NULL, send_id = NULL, created_at = NULL WHERE lifted_at IS NOT NULL`,
    );
    await runner.query('DROP INDEX suppressions_newest');
    await runner.query(
      `CREATE INDEX suppressions_newest ON suppressions (account_id, created_at DESC, email DESC)
        WHERE reason IS NOT NULL`,
    );
    await runner.query('ALTER TABLE suppressions DROP COLUMN unsubscribed');
    await runner.query(`
      ALTER TABLE sends
        -- When what ended it happened, which is not when we heard of it; null before this migration, too.
        ADD COLUMN ended_at timestamptz,
        -- Whether comms.unsubscribed has been announced: it is, once, however often the recipient clicks.
        ADD COLUMN unsubscribed boolean NOT NULL DEFAULT false`);
    await runner.query(`UPDATE sends SET unsubscribed = true WHERE exception = 'unsubscribed'`);
    await runner.query(`
      CREATE TABLE recipient_choices (
        -- A second delivery of a choice is recognised for ever, not for a window.
        id uuid PRIMARY KEY,
        send_id uuid NOT NULL,
        -- unsubscribe or resubscribe
        choice text NOT NULL,
        -- one-click or page
        made_by text NOT NULL,
        at timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX recipient_choices_send ON recipient_choices (send_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE recipient_choices');
    await runner.query('ALTER TABLE sends DROP COLUMN ended_at, DROP COLUMN unsubscribed');
    await runner.query(`ALTER TABLE suppressions ADD COLUMN unsubscribed boolean NOT NULL DEFAULT false`);
    await runner.query(`
      UPDATE suppressions SET unsubscribed = unsubscribed_at IS NOT NULL AND resubscribed_at IS NULL,
        lifted_at = CASE WHEN reason IS NULL THEN COALESCE(lifted_at, resubscribed_at, now()) END,
        created_at = COALESCE(created_at, spam_reported_at, bounced_at, dropped_at, unsubscribed_at, now()),
        send_id = COALESCE(send_id, spam_reported_send, bounced_send, dropped_send, unsubscribed_send),
        reason = COALESCE(reason, CASE WHEN spam_reported_at IS NOT NULL THEN 'spam_reported'
          WHEN bounced_at IS NOT NULL THEN 'bounced' WHEN dropped_at IS NOT NULL THEN 'dropped'
          ELSE 'unsubscribed' END)`);
    // Of somebody who has only ever subscribed again.
    await runner.query('DELETE FROM suppressions WHERE send_id IS NULL');
    await runner.query('DROP INDEX suppressions_newest');
    await runner.query(`
      ALTER TABLE suppressions
        ALTER COLUMN reason SET NOT NULL,
        ALTER COLUMN send_id SET NOT NULL,
        ALTER COLUMN created_at SET NOT NULL,
        DROP COLUMN spam_reported_at, DROP COLUMN spam_reported_send,
        DROP COLUMN bounced_at, DROP COLUMN bounced_send,
        DROP COLUMN dropped_at, DROP COLUMN dropped_send,
        DROP COLUMN unsubscribed_at, DROP COLUMN unsubscribed_send,
        DROP COLUMN resubscribed_at, DROP COLUMN resubscribed_send`);
    await runner.query(
      `CREATE INDEX suppressions_newest ON suppressions (account_id, created_at DESC, email DESC)
        WHERE lifted_at IS NULL`,
    );
  }
}
