import type { EntityManager } from 'typeorm';

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
