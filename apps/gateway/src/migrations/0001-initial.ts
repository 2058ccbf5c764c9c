import { createOutboxTable } from '@qflow/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Initial1732200000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(createOutboxTable);
    for (const table of [...identity, ...directory]) await runner.query(table);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE guests, events, signing_keys, refresh_tokens, token_families, clients, users,
      accounts, enterprises, outbox`);
  }
}

const trust = `trust text NOT NULL DEFAULT 'unverified' CHECK (trust IN ('unverified', 'pending', 'verified'))`;

const identity = [
  `CREATE TABLE enterprises (
    id uuid PRIMARY KEY,
    pin text NOT NULL UNIQUE,
    name text NOT NULL,
    comms_enabled boolean NOT NULL DEFAULT false,
    ${trust},
    created_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE TABLE accounts (
    id uuid PRIMARY KEY,
    enterprise_id uuid REFERENCES enterprises,
    comms_enabled boolean NOT NULL DEFAULT false,
    ${trust},
    created_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE TABLE users (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts,
    email text NOT NULL CHECK (email = lower(email)),
    -- Null for users who log in with their e-mail alone.
    enterprise_pin text REFERENCES enterprises (pin) ON UPDATE CASCADE,
    -- argon2id, in its own encoded form.
    password_hash text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (enterprise_pin, email)
  )`,
  `CREATE TABLE clients (
    id text PRIMARY KEY,
    -- SHA-256: client secrets are long and random, so a slow hash would add nothing.
    secret_hash bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  )`,
  // All refresh tokens that descend from one login. Revoking the family ends every one of them.
  `CREATE TABLE token_families (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    client_id text NOT NULL REFERENCES clients ON DELETE CASCADE,
    scope text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
  )`,
  `CREATE INDEX token_families_user ON token_families (user_id)`,
  `CREATE TABLE refresh_tokens (
    -- SHA-256 of the token: what is stored cannot be used.
    hash bytea PRIMARY KEY,
    family uuid NOT NULL REFERENCES token_families ON DELETE CASCADE,
    expires_at timestamptz NOT NULL,
    spent_at timestamptz
  )`,
  `CREATE INDEX refresh_tokens_family ON refresh_tokens (family)`,
  `CREATE TABLE signing_keys (
    kid uuid PRIMARY KEY,
    public_jwk jsonb NOT NULL,
    -- Encrypted with the key ring of SECRET_KEYS.
    private_jwk text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  )`,
];

const directory = [
  // The account is the first half of every key: an id of another account is simply not there.
  `CREATE TABLE events (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    title text NOT NULL,
    -- Local times of the event's zone.
    start_time timestamp NOT NULL,
    end_time timestamp NOT NULL,
    time_zone_id text NOT NULL,
    company_name text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, id)
  )`,
  // No foreign key to events: its trigger would cost a query per guest and have every concurrent insert lock the
  // one event row. The event is checked before, and events are never deleted.
  `CREATE TABLE guests (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    event_id uuid NOT NULL,
    first_name text NOT NULL,
    other_names text NOT NULL,
    last_name text NOT NULL,
    email text,
    plus_ones int NOT NULL,
    additional_info text NOT NULL,
    barcode text NOT NULL,
    tags text NOT NULL,
    custom_fields jsonb NOT NULL,
    valid_from timestamptz,
    valid_to timestamptz,
    correlation_id text,
    -- The send that creating this guest asked for; all three null where it asked for none.
    comms_template_id uuid,
    template_version int,
    send_id uuid,
    rsvp text CHECK (rsvp IN ('yes', 'no')),
    rsvp_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, event_id, barcode)
  )`,
  // A send is asked after by its id while it is still on its way to the sender.
  `CREATE UNIQUE INDEX guests_send ON guests (send_id) WHERE send_id IS NOT NULL`,
];
