import { checkUniqueRecipients } from './check-unique-recipients.js';
import { isObject, isStringMap } from '../api/is-object.js';
import { merge } from './merge.js';
import type { Personalization } from './mail-request.js';
import type { Problems } from './problems.js';
import { fromWording, readAddress } from './read-address.js';
import { checkCustomArgsSize, readCustomArgs } from './read-custom-args.js';
import { personalHeadersWording, readHeaders } from './read-headers.js';
import { readCopies, readTo } from './read-recipients.js';
import { readSendAt } from './read-send-at.js';
import { readSubject } from './read-subject.js';

const MOST_PERSONALIZATIONS = 1000;

/**
 * Reads `personalizations`: 1 to 1,000 envelopes.
 *
 * @param globalArgs the request's own `custom_args`, which every personalization has too
 */
export function readPersonalizations(
  value: unknown,
  globalArgs: Record<string, string>,
  problems: Problems,
): Personalization[] {
  const list = readList(value, problems);
  const read = list.flatMap((entry, index) => {
    const field = `personalizations.${index}`;
    if (isObject(entry)) return readOne(entry, field, globalArgs, problems);
    problems.addType(field, 'object', entry);
    return [];
  });
  // A place in the list of those that could be read is a place in the request only where all could be.
  if (read.length === list.length) checkUniqueRecipients(read, problems);
  return read;
}

function readList(value: unknown, problems: Problems): unknown[] {
  const given = value !== undefined && value !== null;
  if (given && !Array.isArray(value)) {
    problems.addType('personalizations', 'array', value);
  } else if (!given || value.length === 0) {
    problems.add(
      'personalizations',
      'The personalizations field is required and must have at least one personalization.',
    );
  } else if (value.length > MOST_PERSONALIZATIONS) {
    problems.add(
      'personalizations',
      `The personalization block is limited to ${MOST_PERSONALIZATIONS} personalizations per API request. You have provided ${value.length} personalizations. Please consider splitting this into multiple requests and resending your request.`,
    );
  } else {
    return value;
  }
  return [];
}

function readOne(
  entry: Record<string, unknown>,
  field: string,
  globalArgs: Record<string, string>,
  problems: Problems,
): Personalization {
  const ownArgs = readCustomArgs(entry['custom_args'], `${field}.custom_args`, problems);
  const customArgs = merge(globalArgs, ownArgs);
  checkCustomArgsSize(customArgs, `${field}.custom_args`, problems);
  checkSubstitutions(entry['substitutions'], `${field}.substitutions`, problems);
  const { from, dynamic_template_data: templateData } = entry;
  if (templateData !== undefined && templateData !== null && !isObject(templateData))
    problems.addType(`${field}.dynamic_template_data`, 'object', templateData);
  return {
    to: readTo(entry, field, problems),
    cc: readCopies(entry, 'cc', field, problems),
    bcc: readCopies(entry, 'bcc', field, problems),
    from: from == null ? undefined : readAddress(from, `${field}.from`, fromWording, problems),
    subject: readSubject(entry['subject'], `${field}.subject`, problems),
    headers: readHeaders(entry['headers'], `${field}.headers`, personalHeadersWording, problems),
    customArgs,
    sendAt: readSendAt(entry['send_at'], `${field}.send_at`, problems),
  };
}

function checkSubstitutions(value: unknown, field: string, problems: Problems): void {
  if (value === undefined || value === null) return;
  if (!isStringMap(value)) {
    problems.add(
      field,
      'The substitution values must be an object of key/value pairs, where the values are all strings.',
    );
  } else if (Object.keys(value).length > 10_000) {
    problems.add(field, 'You are limited to 10,000 substitutions.');
  }
}
