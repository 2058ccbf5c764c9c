import { authorityOf, isWeb } from '../urls/checked-url.js';
import type { Rule } from './rule.js';

/** `https://www.bank.example@evil.example` leads to evil.example. */
export const noCredentials: Rule = (checked) =>
  isWeb(checked) && authorityOf(checked).includes('@')
    ? `what stands before "@" is a user name, not a host: it leads to ${checked.url?.host}`
    : null;
