import { RefusedPost } from './refused-post.js';
import { storableJson } from './storable-json.js';

/**
 * The entries of an authentic post.
 * @throws RefusedPost where the body is not a JSON array
 */
export function readEntries(body: Buffer): unknown[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(storableJson(body.toString('utf8')));
  } catch {
    throw notAnArray('is not valid JSON');
  }
  if (!Array.isArray(parsed)) throw notAnArray('is not a JSON array');
  return parsed;
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
