import { columnArrays, insertRows, unnest, type Sql } from '@qflow/persistence';
import {
  standingFacts,
  standingOf,
  type AddressFacts,
  type ReportedFact,
  type Said,
  type StandingFact,
} from './address-standing.js';

/** Whose address: every account has a list of its own. */
export interface AddressKey {
  account_id: string;
  /** In lower case. */
  email: string;
}

export interface AddressRow {
  address: AddressKey;
  facts: AddressFacts;
}

export const addressOf = (accountId: string, email: string): AddressKey => ({
  account_id: accountId,
  email: email.toLowerCase(),
});

/** For maps. */
export const keyOf = ({ account_id, email }: AddressKey): string => `${account_id} ${email}`;

const keyColumns = { account_id: 'uuid', email: 'text' };

/** `bounced_at` and `bounced_send`, and so on; a lift is about no send. */
const factColumns: Readonly<Record<string, string>> = Object.fromEntries(
  standingFacts.flatMap((fact): [string, string][] => {
    const at: [string, string] = [`${fact}_at`, 'timestamptz'];
    return fact === 'lifted' ? [at] : [at, [`${fact}_send`, 'uuid']];
  }),
);

/** The columns that {@link rowToAddress} reads. */
const read = Object.keys({ ...keyColumns, ...factColumns }).join(', ');

type Row = AddressKey &
  Record<`${StandingFact}_at`, Date | null> &
  Record<`${ReportedFact}_send`, string | null>;

function rowToAddress(row: Row): AddressRow {
  const facts: Partial<Record<StandingFact, Said>> = {};
  for (const fact of standingFacts) {
    const at = row[`${fact}_at`];
    if (at) facts[fact] = { at, sendId: fact === 'lifted' ? null : row[`${fact}_send`] };
  }
  return { address: { account_id: row.account_id, email: row.email }, facts };
}

/**
 * Locks the rows of addresses, new ones too, until the caller's transaction ends. In one order for all, so that two
 * transactions with the same addresses wait for each other; a caller that locks sends as well does that before.
 */
export async function lockAddresses(sql: Sql, addresses: readonly AddressKey[]): Promise<AddressRow[]> {
  const inOrder = addresses.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const rows = await sql<Row>(
    ...insertRows(
      'suppressions',
      keyColumns,
      inOrder,
      `ON CONFLICT (account_id, email) DO UPDATE SET email = EXCLUDED.email RETURNING ${read}`,
    ),
  );
  return rows.map(rowToAddress);
}

/** The row of an address, locked; undefined where nothing was ever said of it. */
export async function lockAddress(
  sql: Sql,
  { account_id, email }: AddressKey,
): Promise<AddressRow | undefined> {
  const [row] = await sql<Row>(
    `SELECT ${read} FROM suppressions WHERE account_id = $1 AND email = $2 FOR UPDATE`,
    [account_id, email],
  );
  return row && rowToAddress(row);
}

/** What is known of an address; nothing where nothing was ever said of it. */
export async function readFacts(sql: Sql, { account_id, email }: AddressKey): Promise<AddressFacts> {
  const [row] = await sql<Row>(`SELECT ${read} FROM suppressions WHERE account_id = $1 AND email = $2`, [
    account_id,
    email,
  ]);
  return row ? rowToAddress(row).facts : {};
}

const writtenColumns = {
  ...keyColumns,
  reason: 'text',
  send_id: 'uuid',
  created_at: 'timestamptz',
  ...factColumns,
};

const assignments = ['reason', 'send_id', 'created_at', ...Object.keys(factColumns)]
  .map((name) => `${name} = new.${name}`)
  .join(', ');

/** Of rows that the caller has locked. */
export async function writeFacts(sql: Sql, rows: readonly AddressRow[]): Promise<void> {
  if (rows.length === 0) return;
  await sql(
    `UPDATE suppressions SET ${assignments}
       FROM ${unnest(writtenColumns)} AS new (${Object.keys(writtenColumns).join(', ')})
      WHERE suppressions.account_id = new.account_id AND suppressions.email = new.email`,
    columnArrays(writtenColumns, rows.map(addressToRow)),
  );
}

/** Beside the facts what follows from them, for those who only read; so it is decided in one place. */
function addressToRow({ address, facts }: AddressRow): object {
  const { suppression } = standingOf(facts);
  const columns: Record<string, Date | string | null> = {};
  for (const [fact, { at, sendId }] of Object.entries(facts)) {
    columns[`${fact}_at`] = at;
    columns[`${fact}_send`] = sendId;
  }
  return {
    ...address,
    ...columns,
    reason: suppression?.reason,
    send_id: suppression?.sendId,
    created_at: suppression?.at,
  };
}
