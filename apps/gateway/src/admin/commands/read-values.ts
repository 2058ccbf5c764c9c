import { formats } from '../../validation/formats.js';
import { enterprisePin, follows, password, type TextRule } from '../../validation/text-rules.js';
import { unstorableText } from '../../validation/unstorable-text.js';
import type { Values } from '../command-line.js';
import { trustStates, type TrustState } from '../trust.js';
import { UsageError } from '../usage-error.js';

/** @throws UsageError */
export function required(values: Values, name: string): string {
  const value = values[name];
  if (typeof value !== 'string' || value === '') throw new UsageError(`--${name} is missing`);
  return value;
}

/** A text of this form. @throws UsageError */
export function ruled(values: Values, name: string, rule: TextRule): string {
  const text = required(values, name);
  const flaw = follows(rule, text) ? unstorableText(text)[0]?.message : rule.message;
  if (flaw) throw new UsageError(`--${name} ${flaw}`);
  return text;
}

/** @throws UsageError */
export function trustState(values: Values, name: string): TrustState {
  const state = trustStates.find((one) => one === values[name]);
  if (!state) throw new UsageError(`--${name} must be one of ${trustStates.join(', ')}`);
  return state;
}

/** @throws UsageError */
export const passwordOf = (values: Values): string => ruled(values, 'password', password);

/** How a user is called on the command line: options {@link userOptions}. */
export interface UserName {
  email: string;
  pin: string | null;
}

export const userOptions = { email: { type: 'string' }, enterprise: { type: 'string' } } as const;

/** @throws UsageError */
export function userName(values: Values): UserName {
  const email = required(values, 'email').toLowerCase();
  if (email.length > 254 || !formats.email?.test(email))
    throw new UsageError(`--email ${formats.email?.message}`);
  const pin = values.enterprise === undefined ? null : ruled(values, 'enterprise', enterprisePin);
  return { email, pin };
}

/** A day, which begins at midnight UTC, or a point in time. @throws UsageError */
export function futureInstant(values: Values, name: string): string | null {
  if (values[name] === undefined) return null;
  const instant = instantOf(values, name);
  if (Date.parse(instant) <= Date.now()) throw new UsageError(`--${name} must be in the future`);
  return instant;
}

/** A day, which begins at midnight UTC, or a point in time. @throws UsageError */
export function pastInstant(values: Values, name: string): string {
  const instant = instantOf(values, name);
  if (Date.parse(instant) > Date.now()) throw new UsageError(`--${name} must be in the past`);
  return instant;
}

function instantOf(values: Values, name: string): string {
  const value = required(values, name);
  const text = /^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T00:00:00Z` : value;
  if (!formats['date-time']?.test(text))
    throw new UsageError(`--${name} must be a day such as 2027-01-31 or a time such as 2027-01-31T18:00:00Z`);
  return new Date(text).toISOString();
}
