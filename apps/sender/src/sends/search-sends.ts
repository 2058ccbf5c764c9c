import { isId, type Page, type SendSearch, type SendState, type SendSummary } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import { decodePlace, encodePlace, micros, moment, pageOfRows, type Place } from '../paging/keyset.js';
import type { SendRow } from './send-row.js';
import { summaryColumns, summaryOf } from './summarise-send.js';

/**
 * Sends one page may look at, where a filter has no index of its own: a page costs the same however rare what is
 * looked for, and however many sends the account has. Such a page can be short, even empty, and go on.
 */
export const window = 5_000;

/** States that have an index: `exception` of migration 0002. */
const indexedStates: readonly SendState[] = [
  'unknown',
  'deferred',
  'failed',
  'unsubscribed',
  'dropped',
  'bounced',
  'spam_reported',
];

interface Filter {
  column: string;
  type: 'uuid' | 'text';
  value: string;
}

type FoundRow = Pick<SendRow, (typeof summaryColumns)[number]> & { at: string };

const placeOf = ({ at, id }: { at: string; id: string }): Place => ({ at, key: id });
const order = 'ORDER BY created_at DESC, id DESC';

/**
 * The account's sends, newest first.
 * @throws CodedError `validation_error` (`/after`)
 */
export async function searchSends(sql: Sql, search: SendSearch): Promise<Page<SendSummary>> {
  const { indexed, rest } = plan(search);
  const seen = new Conditions(search, indexed);
  const found = new Conditions(search, indexed);
  const rows = await sql<FoundRow>(
    `SELECT * FROM (
       SELECT ${summaryColumns.join(', ')}, exception, ${micros('created_at')}::text AS at FROM sends
        WHERE ${found.text} ${order} LIMIT ${rest.length > 0 ? window : search.limit + 1}) AS seen
      WHERE true ${rest.map((filter) => found.and(filter)).join(' ')} ${order} LIMIT ${search.limit + 1}`,
    found.parameters,
  );
  const page = pageOfRows(rows, search, { view: summaryOf, place: placeOf });
  if (page.next !== null || rest.length === 0) return page;
  const end = await endOfWindow(sql, seen);
  const last = rows.at(-1);
  // Sends that came meanwhile may have moved the window: what has been answered is not to be answered again.
  return end ? { ...page, next: encodePlace(last ? older(placeOf(last), end) : end) } : page;
}

/** The last send that was looked at; undefined where these were all. */
async function endOfWindow(sql: Sql, seen: Conditions): Promise<Place | undefined> {
  const [row] = await sql<{ at: string; id: string }>(
    `SELECT ${micros('created_at')}::text AS at, id FROM sends WHERE ${seen.text} ${order} OFFSET ${window - 1} LIMIT 1`,
    seen.parameters,
  );
  return row && placeOf(row);
}

function older(a: Place, b: Place): Place {
  const [x, y] = [BigInt(a.at), BigInt(b.at)];
  return x < y || (x === y && a.key < b.key) ? a : b;
}

/** The one filter that narrows most is left to its index; the others are checked on what that yields. */
function plan(search: SendSearch): { indexed: Filter[]; rest: Filter[] } {
  const { attendeeId, correlationId, status, templateId } = search;
  const rare = status !== null && indexedStates.includes(status);
  const attendee = filter('attendee_id', 'uuid', attendeeId);
  const template = filter('template_id', 'uuid', templateId);
  const correlation = filter('correlation_id', 'text', correlationId);
  const state = filter(rare ? 'exception' : 'state', 'text', status);
  if (attendeeId !== null) return { indexed: [...attendee, ...template], rest: [...correlation, ...state] };
  if (correlationId !== null) return { indexed: correlation, rest: [...template, ...state] };
  if (rare) return { indexed: state, rest: template };
  return { indexed: template, rest: state };
}

const filter = (column: string, type: Filter['type'], value: string | null): Filter[] =>
  value === null ? [] : [{ column, type, value }];

/** The conditions that an index answers, and their parameters. */
class Conditions {
  readonly parameters: unknown[] = [];
  readonly text: string;

  constructor({ accountId, after }: SendSearch, indexed: readonly Filter[]) {
    const account = `account_id = ${this.add(accountId)}`;
    const place = after === null ? '' : this.after(decodePlace(after, isId));
    this.text = [account, ...indexed.map((one) => this.and(one)), place].join(' ');
  }

  and({ column, type, value }: Filter): string {
    return `AND ${column} = ${this.add(value)}::${type}`;
  }

  private after({ at, key }: Place): string {
    return `AND (created_at, id) < (${moment(this.add(at))}, ${this.add(key)}::uuid)`;
  }

  private add(value: unknown): string {
    return `$${this.parameters.push(value)}`;
  }
}
