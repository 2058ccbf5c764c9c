import pg from 'pg';

/** Ids in one question. */
const chunk = 5_000;

/** Read-only, and only what no route of the API tells of thousands of guests at once. */
export class GatewayTables {
  readonly #pool: pg.Pool;

  constructor(connectionString: string) {
    this.#pool = new pg.Pool({ connectionString, options: '-c search_path=gateway', max: 1 });
    this.#pool.on('error', () => {});
  }

  /** Those of the guests that are not stored. */
  async missingGuests(ids: readonly string[]): Promise<string[]> {
    const missing: string[] = [];
    for (let at = 0; at < ids.length; at += chunk) {
      const { rows } = await this.#pool.query<{ id: string }>(
        'SELECT id FROM unnest($1::uuid[]) AS asked (id) WHERE NOT EXISTS (SELECT FROM guests WHERE guests.id = asked.id)',
        [ids.slice(at, at + chunk)],
      );
      missing.push(...rows.map(({ id }) => id));
    }
    return missing;
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}
