import { CodedError, type Page, type PageRequest } from '@qflow/contracts';
import { decodeCursor, type Sql } from '@qflow/persistence';
import { v7 as uuidv7 } from 'uuid';
import { instant } from '../directory/find-event.js';
import { enterprisePin, follows } from '../validation/text-rules.js';
import type { Change } from './change.js';
import { pageOfRows } from '../paging/rows-page.js';
import type { TrustState } from './trust.js';

/** A group of users, as operators see it. What it may do, all of them may do. */
export interface Enterprise {
  id: string;
  /** Its users log in as `{pin}/{email}`. */
  pin: string;
  name: string;
  commsEnabled: boolean;
  trust: TrustState;
  /** How many users it has. */
  users: number;
  /** RFC 3339, UTC. */
  created: string;
}

const enterprises = `SELECT id, pin, name, comms_enabled AS "commsEnabled", trust,
    (SELECT count(*)::int FROM users u WHERE u.enterprise_pin = pin) AS users, ${instant('created_at')} AS created
  FROM enterprises`;

/** In the order of their pins. */
export async function listEnterprises(sql: Sql, { after, limit }: PageRequest): Promise<Page<Enterprise>> {
  const [pin] = after === null ? [] : decodeCursor(after, [(part) => follows(enterprisePin, part)]);
  const rows = await sql<Enterprise>(
    `${enterprises} WHERE $1::text IS NULL OR pin > $1 ORDER BY pin LIMIT $2`,
    [pin ?? null, limit + 1],
  );
  return pageOfRows(rows, limit, (enterprise) => [enterprise.pin]);
}

/** @throws CodedError `not_found` */
export async function requireEnterprise(sql: Sql, id: string): Promise<Enterprise> {
  const [enterprise] = await sql<Enterprise>(`${enterprises} WHERE id = $1`, [id]);
  if (!enterprise) throw new CodedError('not_found', 'The enterprise does not exist.');
  return enterprise;
}

/** @throws CodedError `not_found` */
export async function requirePin(sql: Sql, pin: string): Promise<Enterprise> {
  const [enterprise] = await sql<Enterprise>(`${enterprises} WHERE pin = $1`, [pin]);
  if (!enterprise) throw new CodedError('not_found', `There is no enterprise with the PIN ${pin}.`);
  return enterprise;
}

export interface NewEnterprise {
  pin: string;
  name: string;
  commsEnabled: boolean;
  trust: TrustState;
}

/** @throws CodedError `already_exists` where another enterprise has this pin */
export async function createEnterprise(
  change: Change,
  { pin, name, commsEnabled, trust }: NewEnterprise,
): Promise<Enterprise> {
  const id = uuidv7();
  const [made] = await change.sql<{ id: string }>(
    `INSERT INTO enterprises (id, pin, name, comms_enabled, trust) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING RETURNING id`,
    [id, pin, name, commsEnabled, trust],
  );
  if (!made) throw new CodedError('already_exists', `There is an enterprise with the PIN ${pin} already.`);
  await change.record('enterprise.create', `enterprise:${id}`, { pin, name, commsEnabled, trust });
  return requireEnterprise(change.sql, id);
}

/** The id of the enterprise with this pin, which is created where there is none; it may do nothing yet. */
export async function ensureEnterprise(change: Change, pin: string): Promise<string> {
  const [made] = await change.sql<{ id: string }>(
    'INSERT INTO enterprises (id, pin, name) VALUES ($1, $2, $2) ON CONFLICT (pin) DO NOTHING RETURNING id',
    [uuidv7(), pin],
  );
  if (made) await change.record('enterprise.create', `enterprise:${made.id}`, { pin, name: pin });
  return (await requirePin(change.sql, pin)).id;
}

export interface EnterpriseChange {
  name?: string | undefined;
  commsEnabled?: boolean | undefined;
  trust?: TrustState | undefined;
}

/** Holds for all users of the enterprise within seconds. @throws CodedError `not_found` */
export async function changeEnterprise(
  change: Change,
  id: string,
  { name, commsEnabled, trust }: EnterpriseChange,
): Promise<Enterprise> {
  const { pin } = await requireEnterprise(change.sql, id);
  await change.sql(
    `UPDATE enterprises SET name = COALESCE($2, name), comms_enabled = COALESCE($3, comms_enabled),
            trust = COALESCE($4, trust)
      WHERE id = $1`,
    [id, name ?? null, commsEnabled ?? null, trust ?? null],
  );
  const subject = `enterprise:${id}`;
  if (name !== undefined) await change.record('enterprise.rename', subject, { pin, name });
  if (commsEnabled !== undefined)
    await change.record(commsEnabled ? 'enterprise.grant' : 'enterprise.revoke', subject, { pin });
  if (trust !== undefined) await change.record('enterprise.trust', subject, { pin, trust });
  return requireEnterprise(change.sql, id);
}
