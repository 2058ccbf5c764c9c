import pg from 'pg';

/** What the sender's tables say of a send. */
export interface StoredSend {
  readonly state: string;
  /** What each attempt came to, in order. */
  readonly outcomes: readonly string[];
}

/** Read-only, and only what no route of the API tells of thousands of sends at once. */
export class SenderTables {
  readonly #pool: pg.Pool;

  constructor(connectionString: string) {
    this.#pool = new pg.Pool({ connectionString, options: '-c search_path=sender', max: 2 });
    this.#pool.on('error', () => {});
  }

  /** Sends of which nobody knows yet whether their e-mail has left. */
  async underWay(): Promise<number> {
    return this.#count(`SELECT count(*) FROM sends WHERE state IN ('queued', 'sending', 'unknown')`);
  }

  /** What the provider has reported. */
  receipts(): Promise<number> {
    return this.#count('SELECT count(*) FROM receipts');
  }

  async outboxIsEmpty(): Promise<boolean> {
    const left = await this.#count(
      'SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM gateway.outbox) AS count',
    );
    return left === 0;
  }

  async sends(): Promise<Map<string, StoredSend>> {
    const { rows } = await this.#pool.query<StoredSend & { id: string }>(
      `SELECT sends.id, sends.state,
              ARRAY(SELECT outcome FROM attempts WHERE send_id = sends.id ORDER BY attempt) AS outcomes
         FROM sends`,
    );
    return new Map(rows.map(({ id, ...send }) => [id, send]));
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  async #count(text: string): Promise<number> {
    const { rows } = await this.#pool.query<{ count: string }>(text);
    return Number(rows[0]?.count);
  }
}
