import { exactNumbers, mayBeInexact } from './exact-numbers.js';
import { RefusedPost } from './refused-post.js';
import { storableJson } from './storable-json.js';

/** RFC 8259 §8.1: a parser may ignore it, and ours does not by itself. */
const byteOrderMark = '\uFEFF';

/**
 * The entries of an authentic post.
 * @throws RefusedPost where the body is not a JSON array
 */
export function readEntries(body: Buffer): unknown[] {
  let parsed: unknown;
  try {
    parsed = read(body.toString('utf8'));
  } catch {
    throw notAnArray('is not valid JSON');
  }
  if (!Array.isArray(parsed)) throw notAnArray('is not a JSON array');
  return parsed;
}

function read(text: string): unknown {
  const storable = storableJson(text.startsWith(byteOrderMark) ? text.slice(1) : text);
  const parsed: unknown = JSON.parse(storable);
  return mayBeInexact(parsed) ? JSON.parse(exactNumbers(storable)) : parsed;
}

const notAnArray = (message: string): RefusedPost =>
  new RefusedPost(
    'not_a_json_array',
    'validation_error',
    `The body ${message}; expected an array of events.`,
    {
      errors: [{ path: '/', message }],
    },
  );
