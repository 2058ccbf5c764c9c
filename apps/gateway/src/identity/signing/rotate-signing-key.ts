import { encrypt, type KeyRing, type Sql } from '@qflow/persistence';
import { exportJWK, generateKeyPair } from 'jose';
import { v7 as uuidv7 } from 'uuid';
import { accessTokenSeconds } from '../../config.js';

/** ECDSA on P-256: short signatures, and every JWT library can check them (RFC 7518 §3.1). */
export const signingAlgorithm = 'ES256';

/**
 * How long a new key is published before it signs. Whoever checks our tokens keeps the key set for a while: five
 * minutes by its `Cache-Control`, ten by the habit of some libraries.
 */
export const publishAheadSeconds = 15 * 60;

/** A retired key stays published until the last token it can have signed has expired, and a while for late replicas. */
const retiredSeconds = accessTokenSeconds + 15 * 60;

export interface RotatedKey {
  kid: string;
  /** From when it signs; until then the key before it does. */
  signsFrom: Date;
  /** False where a rotation was under way already, and this is its key. */
  created: boolean;
}

/**
 * Makes the key that signs access tokens from a quarter of an hour on. Nobody is logged out: tokens signed with the
 * key before it are accepted until they expire, and running replicas take the new key over by themselves.
 *
 * `qflow-admin signing-key rotate` is this function, in a transaction.
 * @param sql inside a transaction
 * @param ring encrypts the private half: the `SECRET_KEYS` of the gateway
 * @param options.leaked for a key that others have: it and all others are withdrawn, and a new one signs at once. Within
 * ten seconds every access token of before is refused, on every replica; refresh tokens go on and yield new ones.
 */
export async function rotateSigningKey(
  sql: Sql,
  ring: KeyRing,
  { leaked = false }: { leaked?: boolean } = {},
): Promise<RotatedKey> {
  await lockSigningKeys(sql);
  if (leaked) {
    await sql('DELETE FROM signing_keys');
    return createSigningKey(sql, ring, 0);
  }
  const [pending] = await sql<{ kid: string; signsFrom: Date }>(
    'SELECT kid, signs_from AS "signsFrom" FROM signing_keys WHERE signs_from > now()',
  );
  return pending ? { ...pending, created: false } : createSigningKey(sql, ring, publishAheadSeconds);
}

/**
 * What time asks for: a first key where there is none, a new one where the newest will be too old by the time it
 * could be replaced, and an end of those whose last token has expired.
 * @param sql inside a transaction: replicas queue at its lock, the first does it and the others find it done
 * @param days how long a key signs
 */
export async function renewSigningKeys(
  sql: Sql,
  ring: KeyRing,
  days: number,
): Promise<RotatedKey | undefined> {
  await lockSigningKeys(sql);
  await sql(
    `DELETE FROM signing_keys k WHERE EXISTS (
       SELECT FROM signing_keys successor WHERE successor.signs_from > k.signs_from
          AND successor.signs_from < now() - interval '${retiredSeconds} seconds')`,
  );
  const [newest] = await sql<{ due: boolean }>(
    `SELECT signs_from <= now() - make_interval(days => $1, secs => -${publishAheadSeconds}) AS due
       FROM signing_keys ORDER BY signs_from DESC LIMIT 1`,
    [days],
  );
  if (!newest) return createSigningKey(sql, ring, 0);
  return newest.due ? createSigningKey(sql, ring, publishAheadSeconds) : undefined;
}

/** Makes two transactions that want to change the keys take turns. */
const lockSigningKeys = (sql: Sql): Promise<unknown> =>
  sql(`SELECT pg_advisory_xact_lock(hashtext('gateway signing key'))`);

async function createSigningKey(sql: Sql, ring: KeyRing, inSeconds: number): Promise<RotatedKey> {
  const kid = uuidv7();
  const { publicKey, privateKey } = await generateKeyPair(signingAlgorithm, { extractable: true });
  const sealed = encrypt(ring, JSON.stringify(await exportJWK(privateKey)));
  const [row] = await sql<{ signsFrom: Date }>(
    `INSERT INTO signing_keys (kid, public_jwk, private_jwk, signs_from)
     VALUES ($1, $2, $3, now() + make_interval(secs => $4)) RETURNING signs_from AS "signsFrom"`,
    [kid, await exportJWK(publicKey), sealed, inSeconds],
  );
  return { kid, signsFrom: (row as { signsFrom: Date }).signsFrom, created: true };
}
