import { InvalidRequest, type InvalidValue } from '../api/invalid-request.js';
import { messageEventNames } from '../lives/usual-steps.js';
import type { MessageQuery } from './message-query.js';

/** A query with its paging, and what is expected of it. */
export interface MessageSearch {
  query: MessageQuery;
  /** Id of the message after which, towards the older ones, the answer starts. */
  after?: string;
  limit: number;
  /** How long to wait until so many messages fit. */
  waitMs: number;
  count: number;
  /** What has to be so, or else the answer is an error. */
  expected: 'nothing in particular' | 'count' | 'absence';
}

const DEFAULT_LIMIT = 50;
const MOST = 1000;
const LONGEST_WAIT_MS = 60_000;
/** A bounce of type `blocked`. */
const BLOCKED = 'blocked';
const ARG_PREFIX = 'customArg.';

/**
 * Reads the query parameters of `GET /inbox/messages`. A parameter nobody knows is an error: a test that
 * asserts with a misspelt filter would pass for the wrong reason.
 *
 * @throws InvalidRequest that names every wrong parameter
 */
export function readMessageSearch(parameters: Record<string, unknown>): MessageSearch {
  const errors: InvalidValue[] = [];
  const search: MessageSearch = {
    query: { customArgs: {} },
    limit: DEFAULT_LIMIT,
    waitMs: 0,
    count: 1,
    expected: 'nothing in particular',
  };
  for (const [path, value] of Object.entries(parameters)) {
    const message =
      typeof value === 'string' ? readParameter(path, value, search) : 'is given more than once';
    if (message) errors.push({ path, message });
  }
  for (const other of ['wait', 'count']) {
    if (parameters['absent'] !== undefined && parameters[other] !== undefined)
      errors.push({
        path: other,
        message: 'cannot be given with absent, which says how long to wait for nothing',
      });
  }
  if (errors.length > 0) throw new InvalidRequest(errors);
  return search;
}

/** @returns what is wrong, if anything */
function readParameter(name: string, value: string, search: MessageSearch): string | undefined {
  switch (name) {
    case 'to':
      search.query.to = value;
      return lostPlus(value);
    case 'subject':
    case 'q':
      search.query[name] = value;
      return undefined;
    case 'after':
      search.after = value;
      return undefined;
    case 'event':
      return readEvent(value, search);
    case 'since':
      return readSince(value, search);
    case 'limit':
      return readLimit(value, search);
    case 'wait':
      return readWait(value, search);
    case 'count':
      return readCount(value, search);
    case 'absent':
      search.expected = 'absence';
      return readWait(value, search);
    default:
      if (!name.startsWith(ARG_PREFIX) || name === ARG_PREFIX) {
        return `is not known here; use to, subject, event, q, since, after, limit, wait, count, absent or ${ARG_PREFIX}<name>`;
      }
      search.query.customArgs[name.slice(ARG_PREFIX.length)] = value;
      return undefined;
  }
}

/** An unescaped `+` is a space in a query; as a filter that fits nothing it would make `absent` hold. */
function lostPlus(address: string): string | undefined {
  return address.includes(' ')
    ? 'has a space, which no address has; a + is written %2B in a query'
    : undefined;
}

function readEvent(value: string, search: MessageSearch): string | undefined {
  if (value === BLOCKED) search.query.label = BLOCKED;
  else if (messageEventNames.some((name) => name === value)) search.query.event = value;
  else return `must be one of ${[...messageEventNames, BLOCKED].join(', ')}`;
  return undefined;
}

function readSince(value: string, search: MessageSearch): string | undefined {
  const at = /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(at)) return 'must be an RFC 3339 time such as 2026-04-29T10:23:00.000Z';
  search.query.since = at;
  return undefined;
}

function readLimit(value: string, search: MessageSearch): string | undefined {
  const limit = smallNumber(value);
  if (limit === undefined) return OUT_OF_RANGE;
  search.limit = limit;
  return undefined;
}

function readCount(value: string, search: MessageSearch): string | undefined {
  const count = smallNumber(value);
  if (count === undefined) return OUT_OF_RANGE;
  search.count = count;
  search.expected = 'count';
  return undefined;
}

const OUT_OF_RANGE = `must be a whole number from 1 to ${MOST}`;

function smallNumber(value: string): number | undefined {
  const number = /^\d{1,4}$/.test(value) ? Number(value) : 0;
  return number >= 1 && number <= MOST ? number : undefined;
}

function readWait(value: string, search: MessageSearch): string | undefined {
  const match = /^(\d{1,6})(ms|s)$/.exec(value);
  const wait = match ? Number(match[1]) * (match[2] === 's' ? 1000 : 1) : NaN;
  if (!(wait <= LONGEST_WAIT_MS))
    return `must be a time such as 5s or 500ms, at most ${LONGEST_WAIT_MS / 1000}s`;
  search.waitMs = wait;
  return undefined;
}
