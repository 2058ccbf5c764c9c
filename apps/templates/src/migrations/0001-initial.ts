import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Initial1732200000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE templates (
        account_id uuid NOT NULL,
        -- Often the caller's own. Another account may use the same one, and learns nothing from it.
        id uuid NOT NULL,
        event_id uuid NOT NULL,
        -- The newest version. Its row lock is what numbers versions without gaps or twins.
        version int NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        -- Deleted templates are found no more, but their versions stay: sends in flight still finish.
        deleted_at timestamptz,
        PRIMARY KEY (account_id, id)
      )`);
    await runner.query(`
      CREATE INDEX templates_of_event ON templates (account_id, event_id, created_at DESC, id DESC)
       WHERE deleted_at IS NULL`);
    await runner.query(`
      CREATE TABLE template_versions (
        account_id uuid NOT NULL,
        template_id uuid NOT NULL,
        version int NOT NULL,
        name text NOT NULL,
        subject text NOT NULL,
        html text NOT NULL,
        from_address text NOT NULL,
        from_name text,
        reply_to text,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (account_id, template_id, version),
        FOREIGN KEY (account_id, template_id) REFERENCES templates (account_id, id)
      )`);
    // Senders cache versions for ever, and a send records which one it used: neither survives a change in place.
    await runner.query(`
      CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'template versions are immutable: save a new one' USING ERRCODE = 'restrict_violation';
      END $$`);
    await runner.query(`
      CREATE TRIGGER template_versions_are_immutable BEFORE UPDATE ON template_versions
        FOR EACH ROW EXECUTE FUNCTION refuse_change()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE template_versions, templates`);
    await runner.query(`DROP FUNCTION refuse_change`);
  }
}
