import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What searching, test copies, lifted suppressions and sender domains need. Adding the generated column rewrites
 * `sends` (about a minute for five million rows), during which requests wait.
 */
export class Sending1763700000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sends
        -- Null for the test copy of a template.
        ALTER COLUMN attendee_id DROP NOT NULL,
        -- The state, where it is one that few sends are in. Its index finds them among millions. An index on the
        -- state itself would have to be written at every step of every send; this column stays null on the usual
        -- way from queued to clicked, so that those updates leave all indexes alone (PostgreSQL's HOT updates).
        ADD COLUMN exception text GENERATED ALWAYS AS (
          CASE WHEN state IN ('unknown', 'deferred', 'failed', 'unsubscribed', 'dropped', 'bounced', 'spam_reported')
               THEN state END) STORED`);
    await runner.query(`CREATE INDEX sends_account ON sends (account_id, created_at DESC, id DESC)`);
    await runner.query(
      `CREATE INDEX sends_template ON sends (account_id, template_id, created_at DESC, id DESC)`,
    );
    await runner.query(
      `CREATE INDEX sends_correlation ON sends (account_id, correlation_id, created_at DESC, id DESC)
        WHERE correlation_id IS NOT NULL`,
    );
    await runner.query(
      `CREATE INDEX sends_exception ON sends (account_id, exception, created_at DESC, id DESC)
        WHERE exception IS NOT NULL`,
    );
    await runner.query(`
      CREATE TABLE answered_requests (
        account_id uuid NOT NULL,
        -- A caller's own id that was answered with a send made for another request: the same id again means that send.
        request_id uuid NOT NULL,
        -- May still be on its way here.
        send_id uuid NOT NULL,
        PRIMARY KEY (account_id, request_id)
      )`);
    await runner.query(`
      CREATE TABLE send_notes (
        send_id uuid NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        -- What we decided about a send without an attempt or a report: the rest of its timeline.
        what text NOT NULL,
        detail text
      )`);
    await runner.query(`CREATE INDEX send_notes_send ON send_notes (send_id)`);
    // The row of a lifted suppression stays: what happened before that moment no longer stands in the way.
    await runner.query(`ALTER TABLE suppressions ADD COLUMN lifted_at timestamptz`);
    await runner.query(
      `CREATE INDEX suppressions_newest ON suppressions (account_id, created_at DESC, email DESC)
        WHERE lifted_at IS NULL`,
    );
    await runner.query(`
      CREATE TABLE sender_domains (
        -- One per account.
        account_id uuid PRIMARY KEY,
        id uuid NOT NULL UNIQUE,
        domain text NOT NULL,
        -- Null until the provider is known to have it.
        provider_id text,
        dns jsonb NOT NULL DEFAULT '[]',
        verified boolean NOT NULL DEFAULT false,
        enabled boolean NOT NULL DEFAULT false,
        -- One request at a time talks to the provider about a domain; this is when the next may, at the latest.
        busy_until timestamptz,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`CREATE INDEX sender_domains_verified ON sender_domains (domain) WHERE verified`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sender_domains, send_notes, answered_requests');
    await runner.query('DROP INDEX suppressions_newest');
    await runner.query('ALTER TABLE suppressions DROP COLUMN lifted_at');
    await runner.query('DROP INDEX sends_account, sends_template, sends_correlation');
    await runner.query('ALTER TABLE sends DROP COLUMN exception');
  }
}
