import type { Page, PageRequest, Suppression } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import { decodePlace, micros, moment, pageOfRows } from '../paging/keyset.js';

interface Row {
  email: string;
  reason: Suppression['reason'];
  send_id: string;
  created_at: Date;
  at: string;
}

export interface SuppressionSearch extends PageRequest {
  accountId: string;
  /** In any letter case. */
  email: string | null;
}

/** PostgreSQL takes no NUL characters. */
const isStorable = (key: string): boolean => !key.includes('\0');

/**
 * The addresses of an account that are never handed to the provider, newest first.
 * @throws CodedError `validation_error` (`/after`)
 */
export async function listSuppressions(sql: Sql, search: SuppressionSearch): Promise<Page<Suppression>> {
  const after = search.after === null ? null : decodePlace(search.after, isStorable);
  const rows = await sql<Row>(
    `SELECT email, reason, send_id, created_at, ${micros('created_at')}::text AS at FROM suppressions
      WHERE account_id = $1 AND reason IS NOT NULL AND ($2::text IS NULL OR email = $2)
        AND ($3::bigint IS NULL OR (created_at, email) < (${moment('$3')}, $4::text))
      ORDER BY created_at DESC, email DESC LIMIT $5`,
    [
      search.accountId,
      search.email?.toLowerCase() ?? null,
      after?.at ?? null,
      after?.key ?? null,
      search.limit + 1,
    ],
  );
  return pageOfRows(rows, search, {
    view: ({ email, reason, send_id, created_at }) => ({
      email,
      reason,
      attendeeInvitationId: send_id,
      created: created_at.toISOString(),
    }),
    place: ({ at, email }) => ({ at, key: email }),
  });
}
