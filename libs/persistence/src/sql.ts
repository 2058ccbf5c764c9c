import { QueryFailedError, type DataSource, type EntityManager } from 'typeorm';
import type pg from 'pg';

/** Runs one statement inside the transaction or pool connection it was made for; answers the rows. */
export type Sql = <Row = Record<string, unknown>>(text: string, parameters?: unknown[]) => Promise<Row[]>;

/** TypeORM answers `[rows, count]` to UPDATE and DELETE and plain rows to the rest; callers only ever want the rows. */
export const sqlOf =
  (manager: Pick<EntityManager, 'query'>): Sql =>
  async <Row>(text: string, parameters?: unknown[]) => {
    const answer: unknown = await manager.query(text, parameters as never);
    if (
      Array.isArray(answer) &&
      answer.length === 2 &&
      Array.isArray(answer[0]) &&
      typeof answer[1] === 'number'
    )
      return answer[0] as Row[];
    return answer as Row[];
  };

/** The pool that TypeORM has made; there is none until it is initialised. */
export const poolOf = (dataSource: DataSource): pg.Pool =>
  (dataSource.driver as unknown as { master: pg.Pool }).master;

/**
 * The same for a connection of the pool.
 * @throws QueryFailedError as TypeORM does: callers look at its `driverError`
 */
export const sqlOn =
  (connection: Pick<pg.PoolClient, 'query'>): Sql =>
  async <Row>(text: string, parameters?: unknown[]) => {
    try {
      const { rows } = await connection.query(text, parameters);
      return rows as Row[];
    } catch (error) {
      throw new QueryFailedError(text, parameters, error as Error);
    }
  };
