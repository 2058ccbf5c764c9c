import { invalidField } from '@qflow/contracts';

/**
 * A place in a list, as callers carry it from page to page. It holds the sort key of the last entry, so that a page
 * costs the same however far down it is and entries that come or go meanwhile move nothing.
 */
export const encodeCursor = (key: readonly string[]): string =>
  Buffer.from(JSON.stringify(key)).toString('base64url');

/**
 * @param checks one per part of the key: whether it is of the form the query behind it can take
 * @throws CodedError `validation_error` (`/after`)
 */
export function decodeCursor(cursor: string, checks: readonly ((part: string) => boolean)[]): string[] {
  const key = parsed(cursor);
  const fits =
    Array.isArray(key) &&
    key.length === checks.length &&
    key.every((part, index) => typeof part === 'string' && checks[index]?.(part));
  if (!fits) throw invalidField('/after', 'must be the cursor of a page before');
  return key as string[];
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}
