import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What ends logins early, what slows guessing down, and when a signing key takes over. */
export class LoginsAndGuesses1732200000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...revocations, ...guesses, ...signingKeys]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE revocations, guesses');
    await runner.query('DROP INDEX token_families_client');
    await runner.query('ALTER TABLE signing_keys DROP COLUMN signs_from');
  }
}

const revocations = [
  // Logins (token_families) and single access tokens whose access tokens hold no longer, until they would have
  // expired anyway. Every replica keeps the unexpired ones in memory.
  `CREATE TABLE revocations (
    id uuid PRIMARY KEY,
    -- Tells a replica what was committed since it last looked, in whatever order transactions end.
    transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
    revoked_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
  )`,
  `CREATE INDEX revocations_transaction ON revocations (transaction)`,
  `CREATE INDEX revocations_expiry ON revocations (expires_at)`,
  `CREATE INDEX token_families_client ON token_families (client_id)`,
];

const guesses = [
  `CREATE TABLE guesses (
    -- SHA-256 of what was guessed at, or from where: user names that do not exist are counted like those that do.
    key bytea PRIMARY KEY,
    failures int NOT NULL,
    -- Until then every attempt is refused unseen.
    slow_until timestamptz NOT NULL,
    forget_at timestamptz NOT NULL
  )`,
  `CREATE INDEX guesses_forget ON guesses (forget_at)`,
];

const signingKeys = [
  // In the future for a key that is published already and does not sign yet.
  `ALTER TABLE signing_keys ADD COLUMN signs_from timestamptz`,
  `UPDATE signing_keys SET signs_from = created_at`,
  `ALTER TABLE signing_keys ALTER COLUMN signs_from SET NOT NULL`,
];
