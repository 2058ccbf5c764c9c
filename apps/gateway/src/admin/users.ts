import { CodedError, type Page, type PageRequest } from '@qflow/contracts';
import { decodeCursor, type Sql } from '@qflow/persistence';
import { instant } from '../directory/find-event.js';
import { effective } from '../identity/account-access.js';
import type { LimitKind } from '../limits/limited.js';
import { isGuid } from '../validation/formats.js';
import { pageOfRows } from '../paging/rows-page.js';
import type { TrustState } from './trust.js';

/** Requests per minute, where an account has other limits than the usual ones. */
export type RateLimits = Partial<Record<LimitKind, number>>;

/** A user as operators see it. */
export interface AdminUser {
  id: string;
  accountId: string;
  email: string;
  /** The enterprise's pin. */
  enterprise: string | null;
  /** The account's own right; the enterprise may grant it as well. */
  commsEnabled: boolean;
  /** The account's own state; the enterprise may be verified instead. */
  trust: TrustState;
  /** What holds: the account's own right or the enterprise's. */
  mayUseComms: boolean;
  /** What holds: the sender verification of the account or of the enterprise is complete. */
  trusted: boolean;
  disabled: boolean;
  rateLimits: RateLimits;
  /** RFC 3339, UTC. */
  created: string;
}

const users = `SELECT u.id, u.account_id AS "accountId", u.email, u.enterprise_pin AS enterprise,
    a.comms_enabled AS "commsEnabled", a.trust,
    ${effective.comms} AS "mayUseComms", ${effective.trusted} AS trusted,
    u.disabled_at IS NOT NULL AS disabled, a.rate_limits AS "rateLimits", ${instant('u.created_at')} AS created
  FROM users u JOIN accounts a ON a.id = u.account_id LEFT JOIN enterprises e ON e.id = a.enterprise_id`;

export async function findUser(sql: Sql, email: string, pin: string | null): Promise<AdminUser | undefined> {
  const [user] = await sql<AdminUser>(
    `${users} WHERE u.email = $1 AND u.enterprise_pin IS NOT DISTINCT FROM $2`,
    [email, pin],
  );
  return user;
}

/** @throws CodedError `not_found` */
export async function requireUser(sql: Sql, id: string): Promise<AdminUser> {
  const [user] = await sql<AdminUser>(`${users} WHERE u.id = $1`, [id]);
  if (!user) throw new CodedError('not_found', 'The user does not exist.');
  return user;
}

export interface UserFilter {
  /** How the e-mail address begins. */
  email?: string | undefined;
  /** The enterprise's pin. */
  enterprise?: string | undefined;
}

/** In the order of their e-mail addresses. */
export async function listUsers(sql: Sql, filter: UserFilter, page: PageRequest): Promise<Page<AdminUser>> {
  const [email, id] = page.after === null ? [] : decodeCursor(page.after, [isText, isGuid]);
  const rows = await sql<AdminUser>(
    `${users}
      WHERE ($1::text IS NULL OR u.email COLLATE "C" LIKE $1) AND ($2::text IS NULL OR u.enterprise_pin = $2)
        AND ($3::text IS NULL OR (u.email COLLATE "C", u.id) > ($3, $4::uuid))
      ORDER BY u.email COLLATE "C", u.id LIMIT $5`,
    [
      filter.email === undefined ? null : `${filter.email.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`,
      filter.enterprise ?? null,
      email ?? null,
      id ?? null,
      page.limit + 1,
    ],
  );
  return pageOfRows(rows, page.limit, (user) => [user.email, user.id]);
}

/** PostgreSQL takes any text but this. */
const isText = (part: string): boolean => !part.includes('\0');
