import type { MigrationInterface, QueryRunner } from 'typeorm';

/** API keys, operators and what they may change: limits of an account, disabled users, and who changed what. */
export class KeysAndOperators1732200000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...columns, ...tables]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit, operator_keys, api_keys');
    await runner.query('DROP INDEX users_email');
    await runner.query('ALTER TABLE users DROP COLUMN disabled_at');
    await runner.query('ALTER TABLE accounts DROP COLUMN rate_limits');
  }
}

const columns = [
  // Requests per minute by kind (guest, send, other), where the account has other limits than the usual ones.
  `ALTER TABLE accounts ADD COLUMN rate_limits jsonb NOT NULL DEFAULT '{}'
     CHECK (jsonb_typeof(rate_limits) = 'object')`,
  `ALTER TABLE users ADD COLUMN disabled_at timestamptz`,
  // Operators look for users by the beginning of an e-mail address, and page through them in its order.
  `CREATE INDEX users_email ON users (email COLLATE "C", id)`,
];

const key = `id uuid PRIMARY KEY,
    name text NOT NULL,
    -- SHA-256 of the key: what is stored cannot be used.
    hash bytea NOT NULL UNIQUE,
    -- How the key begins, for recognising it in a list.
    prefix text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    last_used_at timestamptz`;

const tables = [
  `CREATE TABLE api_keys (
    ${key},
    account_id uuid NOT NULL REFERENCES accounts,
    -- Who made it: with a disabled user the keys stop as well.
    user_id uuid NOT NULL REFERENCES users,
    scopes text[] NOT NULL
  )`,
  `CREATE INDEX api_keys_account ON api_keys (account_id, id)`,
  `CREATE INDEX api_keys_user ON api_keys (user_id)`,
  // A table of their own, without an account: an operator's key can never open an account's routes.
  `CREATE TABLE operator_keys (
    ${key},
    -- The audit calls operators by it.
    UNIQUE (name)
  )`,
  // What operators and account holders have changed. Not bound to what it tells of: it must outlive it.
  `CREATE TABLE audit (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    details jsonb NOT NULL
  )`,
  `CREATE INDEX audit_subject ON audit (subject, id)`,
];
