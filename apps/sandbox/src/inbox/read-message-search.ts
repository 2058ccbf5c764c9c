import { InvalidRequest, type InvalidValue } from '../api/invalid-request.js';
import type { MessageQuery } from './message-query.js';

/** A query with its paging, and how long to wait for a first match. */
export interface MessageSearch {
  query: MessageQuery;
  /** Id of the message after which, towards the older ones, the answer starts. */
  after?: string;
  limit: number;
  waitMs: number;
}

const DEFAULT_LIMIT = 50;
const MOST = 1000;
const LONGEST_WAIT_MS = 60_000;
const ARG_PREFIX = 'customArg.';

/**
 * Reads the query parameters of `GET /inbox/messages`. A parameter nobody knows is an error: a test that
 * asserts with a misspelt filter would pass for the wrong reason.
 *
 * @throws InvalidRequest that names every wrong parameter
 */
export function readMessageSearch(parameters: Record<string, unknown>): MessageSearch {
  const errors: InvalidValue[] = [];
  const search: MessageSearch = { query: { customArgs: {} }, limit: DEFAULT_LIMIT, waitMs: 0 };
  for (const [path, value] of Object.entries(parameters)) {
    const message =
      typeof value === 'string' ? readParameter(path, value, search) : 'is given more than once';
    if (message) errors.push({ path, message });
  }
  if (errors.length > 0) throw new InvalidRequest(errors);
  return search;
}

/** @returns what is wrong, if anything */
function readParameter(name: string, value: string, search: MessageSearch): string | undefined {
  switch (name) {
    case 'to':
    case 'subject':
    case 'q':
      search.query[name] = value;
      return undefined;
    case 'after':
      search.after = value;
      return undefined;
    case 'since':
      return readSince(value, search);
    case 'limit':
      return readLimit(value, search);
    case 'wait':
      return readWait(value, search);
    default:
      if (!name.startsWith(ARG_PREFIX) || name === ARG_PREFIX) {
        return `is not known here; use to, subject, q, since, after, limit, wait or ${ARG_PREFIX}<name>`;
      }
      search.query.customArgs[name.slice(ARG_PREFIX.length)] = value;
      return undefined;
  }
}

function readSince(value: string, search: MessageSearch): string | undefined {
  const at = /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(at)) return 'must be an RFC 3339 time such as 2026-04-29T10:23:00.000Z';
  search.query.since = at;
  return undefined;
}

function readLimit(value: string, search: MessageSearch): string | undefined {
  const limit = /^\d{1,4}$/.test(value) ? Number(value) : 0;
  if (limit < 1 || limit > MOST) return `must be a whole number from 1 to ${MOST}`;
  search.limit = limit;
  return undefined;
}

function readWait(value: string, search: MessageSearch): string | undefined {
  const match = /^(\d{1,6})(ms|s)$/.exec(value);
  const wait = match ? Number(match[1]) * (match[2] === 's' ? 1000 : 1) : NaN;
  if (!(wait <= LONGEST_WAIT_MS))
    return `must be a time such as 5s or 500ms, at most ${LONGEST_WAIT_MS / 1000}s`;
  search.waitMs = wait;
  return undefined;
}
