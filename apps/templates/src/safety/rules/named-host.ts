import ipaddr from 'ipaddr.js';
import { hostOf, isWeb } from '../urls/checked-url.js';
import type { Rule } from './rule.js';

/** Serious senders have names. URLs are parsed already, so numbers in every base and length look the same here. */
export const namedHost: Rule = (checked) => {
  if (!isWeb(checked)) return null;
  const host = hostOf(checked).replace(/^\[(.*)\]$/, '$1');
  return ipaddr.isValid(host) ? `it leads to the IP address ${host} instead of a named host` : null;
};
