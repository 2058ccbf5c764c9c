import { hashSecret } from '../identity/clients.js';
import { readOptions, required } from './command-line.js';
import { UsageError } from './usage.js';
import type { Command } from './user-commands.js';

/** RFC 6749, appendices A.1 and A.2: printable ASCII. */
const printable = /^[\x20-\x7E]+$/;

export const createClientCommand: Command = async (sql, args) => {
  const values = readOptions(args, { id: { type: 'string' }, secret: { type: 'string' } });
  const id = required(values, 'id');
  const secret = required(values, 'secret');
  if (!printable.test(id) || id.length > 200)
    throw new UsageError('--id must be 1 to 200 printable ASCII characters');
  // A fast hash is kept of it, so it must not be guessable.
  if (!printable.test(secret) || secret.length < 16)
    throw new UsageError('--secret must be at least 16 printable ASCII characters long');
  const [row] = await sql<{ created: boolean }>(
    `INSERT INTO clients (id, secret_hash) VALUES ($1, $2)
     ON CONFLICT (id) DO UPDATE SET secret_hash = EXCLUDED.secret_hash RETURNING xmax = 0 AS created`,
    [id, hashSecret(secret)],
  );
  const created = row?.created === true;
  return {
    text: `${created ? 'created' : 'replaced the secret of'} client ${id}`,
    json: { clientId: id, created },
  };
};
