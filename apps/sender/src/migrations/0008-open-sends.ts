import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What changes while a send is under way gets a small table of its own: its claim and waits, and what the template
 * shows. A row of `sends` then keeps the values of all its indexes on the usual way from sending to clicked, so that its
 * updates leave the indexes alone (PostgreSQL's HOT updates), and 1.5 KB of merge data are written once instead of at
 * every step. Copies what is under way; dropping the two columns rewrites nothing.
 */
export class OpenSends1763700000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE open_sends (
        -- queued, sending or unknown; its row here is changed under the lock of its row in sends, and goes with the state.
        send_id uuid PRIMARY KEY,
        -- queued: not before. sending: when the claim lapses. unknown: when the grace ends. null: its message is on the way.
        due_at timestamptz,
        -- What the template shows: personal data, erased with the row.
        merge json
      ) WITH (
        -- Rows come and go: dead ones are cleared away early, and merge data are not moved elsewhere for a short life.
        autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000, toast_tuple_target = 8160)`);
    await runner.query(`
      INSERT INTO open_sends (send_id, due_at, merge)
      SELECT id, due_at, merge FROM sends WHERE state IN ('queued', 'sending', 'unknown')`);
    await runner.query(`CREATE INDEX open_sends_due ON open_sends (due_at) WHERE due_at IS NOT NULL`);
    await runner.query('ALTER TABLE sends DROP COLUMN due_at, DROP COLUMN merge');
    // Room on the page for the next versions of its rows; there are usually two.
    await runner.query('ALTER TABLE sends SET (fillfactor = 50)');
    await runner.query(`
      -- One index instead of two: a report is found by its send, and recognised by its id. Those of no send too.
      ALTER TABLE receipts DROP CONSTRAINT receipts_pkey,
        ADD CONSTRAINT receipts_id UNIQUE NULLS NOT DISTINCT (send_id, id)`);
    await runner.query('DROP INDEX receipts_send');
    // Read backwards they answer the same. Descending ones grow at the front, where every page is left half empty.
    await runner.query('DROP INDEX sends_account, sends_template');
    await runner.query('CREATE INDEX sends_account ON sends (account_id, created_at, id)');
    await runner.query('CREATE INDEX sends_template ON sends (account_id, template_id, created_at, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX sends_account, sends_template');
    await runner.query('CREATE INDEX sends_account ON sends (account_id, created_at DESC, id DESC)');
    await runner.query(
      'CREATE INDEX sends_template ON sends (account_id, template_id, created_at DESC, id DESC)',
    );
    await runner.query('ALTER TABLE receipts DROP CONSTRAINT receipts_id, ADD PRIMARY KEY (id)');
    await runner.query('CREATE INDEX receipts_send ON receipts (send_id)');
    await runner.query('ALTER TABLE sends ADD COLUMN due_at timestamptz, ADD COLUMN merge jsonb');
    await runner.query(
      'UPDATE sends SET due_at = open.due_at, merge = open.merge FROM open_sends AS open WHERE open.send_id = sends.id',
    );
    await runner.query('CREATE INDEX sends_due ON sends (due_at) WHERE due_at IS NOT NULL');
    await runner.query('ALTER TABLE sends SET (fillfactor = 80)');
    await runner.query('DROP TABLE open_sends');
  }
}
