import { CodedError } from '@qflow/contracts';

/** The same words whether it never was, was deleted or is another account's. */
export const templateNotFound = (): CodedError => new CodedError('not_found', 'The template does not exist.');

/** The same for one version: a template that has no such version is not told from none at all. */
export const versionNotFound = (): CodedError =>
  new CodedError('not_found', 'The template does not exist, or has no such version.');
