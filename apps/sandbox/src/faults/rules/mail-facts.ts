import { isObject } from '../../api/is-object.js';
import type { RuleMatch } from './fault-rule.js';
import { globMatches } from './glob.js';

/** What rules go by, of one copy of a mail. */
export interface CopyFacts {
  to: string;
  from: string;
  subject: string;
  customArgs: Readonly<Record<string, unknown>>;
}

/**
 * The copies that a request asks for, as far as they can be made out: rules strike before the request is
 * checked, so it may be anything. At least one, without a recipient when there is none.
 */
export function copiesOf(body: unknown): CopyFacts[] {
  const mail = isObject(body) ? body : {};
  const { personalizations } = mail;
  const list: unknown[] = Array.isArray(personalizations) ? personalizations : [];
  const copies = list.filter(isObject).flatMap((own) => copiesOfOne(own, mail));
  return copies.length > 0 ? copies : [factsOf({}, mail, '')];
}

type Fields = Readonly<Record<string, unknown>>;

function copiesOfOne(own: Fields, mail: Fields): CopyFacts[] {
  const recipients = [own['to'], own['cc'], own['bcc']].flatMap((list) =>
    Array.isArray(list) ? (list as unknown[]) : [],
  );
  return recipients.map((recipient) => factsOf(own, mail, addressOf(recipient)));
}

function factsOf(own: Fields, mail: Fields, to: string): CopyFacts {
  const [global, ownArgs] = [mail['custom_args'], own['custom_args']];
  return {
    to,
    from: addressOf(own['from'] ?? mail['from']),
    subject: textOf(own['subject'] ?? mail['subject']),
    customArgs: { ...(isObject(global) ? global : {}), ...(isObject(ownArgs) ? ownArgs : {}) },
  };
}

const addressOf = (value: unknown): string => textOf(isObject(value) ? value['email'] : undefined);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Whether every part of the match fits this copy. */
export function fits(match: RuleMatch, copy: CopyFacts): boolean {
  const { to, from, subject, customArg = {} } = match;
  if (to !== undefined && !globMatches(to, copy.to)) return false;
  if (from !== undefined && !globMatches(from, copy.from)) return false;
  if (subject !== undefined && !globMatches(subject, copy.subject)) return false;
  return Object.entries(customArg).every(([name, pattern]) => {
    const value = Object.hasOwn(copy.customArgs, name) ? copy.customArgs[name] : undefined;
    return typeof value === 'string' && globMatches(pattern, value);
  });
}
