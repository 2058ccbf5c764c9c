import { inTransaction, type Sql } from '@qflow/persistence';
import type { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { Revocation } from '../identity/revocation/revoke-logins.js';

/** Who did what to whom. Never holds a secret. */
export interface AuditEntry {
  /** `operator:NAME`, by the name of the key, or `command:NAME`, by the account on the machine. */
  actor: string;
  /** As the command is called: `user.grant`. */
  action: string;
  /** Kind and id: `user:0197a3c2-…`. */
  subject: string;
  details: Record<string, unknown>;
}

/** One change by an operator: its transaction, and what has to happen besides. */
export class Change {
  readonly entries: AuditEntry[] = [];
  /** API keys that hold no longer, by their hash in hexadecimal; to be announced after the commit. */
  revokedKeys: readonly string[] = [];
  /** Logins that were ended; to be announced after the commit. */
  endedLogins: readonly Revocation[] = [];

  constructor(
    readonly sql: Sql,
    private readonly actor: string,
  ) {}

  /** Keeps an entry of the audit, in the same transaction as what it tells of. */
  async record(action: string, subject: string, details: Record<string, unknown> = {}): Promise<void> {
    this.entries.push({ actor: this.actor, action, subject, details });
    await this.sql('INSERT INTO audit (id, actor, action, subject, details) VALUES ($1, $2, $3, $4, $5)', [
      uuidv7(),
      this.actor,
      action,
      subject,
      details,
    ]);
  }
}

/** Does the work in one transaction. @returns its result, and the change with all that it gathered */
export const makeChange = <T>(
  dataSource: DataSource,
  actor: string,
  work: (change: Change) => Promise<T>,
): Promise<{ result: T; change: Change }> =>
  inTransaction(dataSource, async (sql) => {
    const change = new Change(sql, actor);
    return { result: await work(change), change };
  });
