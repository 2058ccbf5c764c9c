import { CodedError } from '@qflow/contracts';

/** The same words whether it never was, was deleted or is another account's. */
export const templateNotFound = (): CodedError => new CodedError('not_found', 'The template does not exist.');

/** @throws CodedError `not_found` where there is nothing */
export function orNotFound<T>(found: T | null): T {
  if (found === null) throw templateNotFound();
  return found;
}
