import type { BenchStack } from '../stack/bench-stack.js';

/** Deliveries, of whomever, that the log says have arrived. */
export async function deliveredInLog({ database }: BenchStack): Promise<number> {
  const { rows } = await database.query<{ count: string }>(
    `SELECT count(*) FROM deliveries WHERE status = 'delivered'`,
  );
  return Number(rows[0]?.count);
}
