import { createHash, timingSafeEqual } from 'node:crypto';
import type { Sql } from '@qflow/persistence';

export const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Whether this client exists and this is its secret. */
export async function clientMatches(sql: Sql, id: string, secret: string): Promise<boolean> {
  const [client] = await sql<{ secret_hash: Buffer }>('SELECT secret_hash FROM clients WHERE id = $1', [id]);
  return client !== undefined && timingSafeEqual(client.secret_hash, hashSecret(secret));
}
