import type { Problems } from './problems.js';

const FURTHEST_SECONDS = 72 * 3600;

/** Reads `send_at` (Unix seconds, at most 72 hours ahead), of the request or of one personalization. */
export function readSendAt(value: unknown, field: string, problems: Problems): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Number.isSafeInteger(value)) {
    problems.add(
      field,
      'The send_at parameter is expecting a Unix timestamp as an integer. We will send immediately if you include a send_at timestamp that is in the past.',
    );
    return undefined;
  }
  const at = value as number;
  if (at > Date.now() / 1000 + FURTHEST_SECONDS) {
    problems.add(field, 'Scheduling more than 72 hours in advance is forbidden.');
    return undefined;
  }
  return at;
}
