import { isObject } from '../../api/is-object.js';
import type { RuleMatch } from './fault-rule.js';

const PATTERNS = ['to', 'from', 'subject'] as const;
const LONGEST_PATTERN = 500;
const MOST_ARGUMENTS = 20;

/**
 * Reads the `match` of a rule. Absent means every mail.
 *
 * @param wrong told what is wrong with which field
 */
export function readRuleMatch(value: unknown, wrong: (path: string, message: string) => void): RuleMatch {
  const match: RuleMatch = {};
  if (value === undefined || value === null) return match;
  if (!isObject(value)) {
    wrong('match', 'must be an object with any of to, from, subject and customArg');
    return match;
  }
  for (const [name, pattern] of Object.entries(value)) {
    const known = PATTERNS.find((part) => part === name);
    if (known) match[known] = readPattern(pattern, `match.${name}`, wrong);
    else if (name === 'customArg') match.customArg = readArguments(pattern, wrong);
    else wrong(`match.${name}`, 'is not known here; use to, from, subject or customArg');
  }
  return match;
}

function readArguments(
  value: unknown,
  wrong: (path: string, message: string) => void,
): Record<string, string> {
  if (!isObject(value) || Object.keys(value).length > MOST_ARGUMENTS) {
    wrong('match.customArg', `must be an object of up to ${MOST_ARGUMENTS} patterns by name`);
    return {};
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, pattern]) => [
      name,
      readPattern(pattern, `match.customArg.${name}`, wrong),
    ]),
  );
}

function readPattern(value: unknown, path: string, wrong: (path: string, message: string) => void): string {
  if (typeof value === 'string' && value !== '' && value.length <= LONGEST_PATTERN) return value;
  wrong(path, `must be a text of 1 to ${LONGEST_PATTERN} characters, in which * stands for any text`);
  return '';
}
