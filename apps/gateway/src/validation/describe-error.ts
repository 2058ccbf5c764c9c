import type { ErrorObject } from 'ajv';
import type { FieldError } from '@qflow/contracts';
import { barcodePattern, headerName, headerValue, noLineBreaks, simpleName } from './fields.js';
import { formats } from './formats.js';
import { textRules } from './text-rules.js';

const typeNames: Record<string, string> = {
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'an array',
};

const patternMessages: Record<string, string> = {
  [noLineBreaks]: 'must not contain line breaks',
  [simpleName]: 'must have names of letters, digits and _ only, at most 64 characters long',
  [headerName]: 'must have header names only: letters, digits and hyphens, at most 100 characters long',
  [headerValue]:
    'must be printable ASCII without line breaks, and must neither be empty nor begin or end with a blank',
  [barcodePattern]: 'must be 1 to 50 printable ASCII characters without spaces',
  ...Object.fromEntries(textRules.map(({ pattern, message }) => [pattern, message])),
};

/** Ajv's findings for a person: a path to the field and what it must be. */
export const fieldErrorsOf = (errors: readonly ErrorObject[]): FieldError[] =>
  errors
    .filter((error) => !isEcho(error))
    .map((error) => ({ path: pathOf(error), message: messageOf(error) }));

/**
 * What only repeats another finding, because one line per field is enough: `propertyNames` reports the name's own
 * failure as well, and an optional object that is wrong is also reported for not being null.
 */
const isEcho = ({ keyword, params }: ErrorObject): boolean =>
  keyword === 'propertyNames' || keyword === 'anyOf' || (keyword === 'type' && params.type === 'null');

function pathOf(error: ErrorObject): string {
  const missing = error.keyword === 'required' ? `/${pointerPart(String(error.params.missingProperty))}` : '';
  return `${error.instancePath}${missing}` || '/';
}

/** RFC 6901 §3. */
export const pointerPart = (name: string): string => name.replace(/~/g, '~0').replace(/\//g, '~1');

function messageOf({ keyword, params, message }: ErrorObject): string {
  const limit = String(params.limit);
  switch (keyword) {
    case 'required':
      return 'is required';
    case 'type':
      return `must be ${typeName(params.type)}`;
    case 'format':
      return formats[String(params.format)]?.message ?? 'is malformed';
    case 'pattern':
      return patternMessages[String(params.pattern)] ?? 'is malformed';
    case 'minLength':
      return 'must not be empty';
    case 'maxLength':
      return `must be at most ${limit} characters long`;
    case 'minimum':
      return `must be ${limit} or more`;
    case 'maximum':
      return `must be ${limit} or less`;
    case 'maxProperties':
    case 'maxItems':
      return `must have at most ${limit} entries`;
    case 'minItems':
      return 'must not be empty';
    case 'uniqueItems':
      return 'must not have the same entry twice';
    case 'enum':
      return `must be one of ${wordsOf(params.allowedValues)}`;
    default:
      return message ?? 'is not valid';
  }
}

/** Optional fields are `['string', 'null']` in the schema; a person only needs to know of the string. */
function typeName(type: unknown): string {
  const name = String([type].flat().find((one) => one !== 'null'));
  return typeNames[name] ?? name;
}

/** Null among the allowed values only says that the field may be missing. */
const wordsOf = (values: unknown): string =>
  (values as (string | null)[]).filter((one) => one !== null).join(', ');
