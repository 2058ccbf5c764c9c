import { randomBytes } from 'node:crypto';
import { InvalidRequest } from '../api/invalid-request.js';
import { isObject } from '../api/is-object.js';

/** SendGrid's event about the account itself; it has neither an address nor a message. */
const ACCOUNT_EVENT = 'account_status_change';

/** Entries of one call; they leave in one post where they fit. */
const MOST_ENTRIES = 1000;

/**
 * Reads the body of `POST /events`: entries for the event webhook that belong to no message.
 *
 * - `{"event": "account_status_change", …}`, or any other name: SendGrid's, or one that nobody has heard of.
 *   It gets a `timestamp` and an `sg_event_id` where it brings none.
 * - `{"raw": …}`: posted as it is, whatever it is. A list is several entries, so that one of them can be malformed.
 *
 * @returns the entries as they will be posted
 * @throws InvalidRequest
 */
export function readLooseEvents(body: unknown): unknown[] {
  if (!isObject(body)) throw wrong('', 'must be a JSON object with either "event" or "raw"');
  const { event, raw } = body;
  if (raw !== undefined) return readRaw(raw, Object.keys(body));
  if (typeof event !== 'string' || event === '')
    throw wrong('event', `must be the name of an event, such as ${ACCOUNT_EVENT}; or give "raw" instead`);
  const usual = {
    timestamp: Math.floor(Date.now() / 1000),
    event,
    ...(event === ACCOUNT_EVENT ? { type: 'compliance_suspend' } : {}),
    sg_event_id: randomBytes(16).toString('base64url'),
  };
  return [{ ...usual, ...body }];
}

function readRaw(raw: unknown, names: string[]): unknown[] {
  const other = names.find((name) => name !== 'raw');
  if (other !== undefined) throw wrong(other, 'cannot stand beside "raw"');
  if (!Array.isArray(raw)) return [raw];
  if (raw.length === 0 || raw.length > MOST_ENTRIES)
    throw wrong('raw', `must have 1 to ${MOST_ENTRIES} entries`);
  return raw as unknown[];
}

const wrong = (path: string, message: string): InvalidRequest => new InvalidRequest([{ path, message }]);
