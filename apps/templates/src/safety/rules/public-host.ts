import { hostOf, isWeb } from '../urls/checked-url.js';
import type { Rule } from './rule.js';

/** Endings of names that mean something else in every network (RFC 6761, RFC 6762, RFC 8375, ICANN's "internal"). */
const PRIVATE = [
  'corp',
  'home',
  'home.arpa',
  'internal',
  'intranet',
  'invalid',
  'lan',
  'local',
  'localdomain',
  'localhost',
  'private',
];

/** A host that every recipient's network knows by the same name. */
export const publicHost: Rule = (checked) => {
  if (!isWeb(checked)) return null;
  const host = hostOf(checked);
  const isPrivate = PRIVATE.some((ending) => host === ending || host.endsWith(`.${ending}`));
  // Addresses in brackets have no dots either.
  if (!isPrivate && (host.includes('.') || host.includes(':'))) return null;
  return `"${host}" is a name inside of private networks; recipients cannot reach it, or reach something else`;
};
