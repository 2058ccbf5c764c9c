import { authorityOf, isWeb } from '../urls/checked-url.js';
import type { Rule } from './rule.js';

/** Full stops of other scripts that browsers take for the dot (UTS #46). */
const DOTS = /[\u3002\uff0e\uff61]/;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

/** A host that is written otherwise than it is called. */
export const undisguisedHost: Rule = (checked) => {
  if (!isWeb(checked)) return null;
  const authority = authorityOf(checked);
  const name = checked.url?.host ?? '';
  if (authority.includes('%')) return `its host is percent-encoded: it leads to ${name}`;
  if (INVISIBLE.test(authority)) return `there are invisible characters in its host: it leads to ${name}`;
  const lower = authority.toLowerCase();
  if (DOTS.test(lower) || lower.normalize('NFKC') !== lower.normalize('NFC'))
    return `its host is written in look-alikes of ordinary characters: it leads to ${name}`;
  return null;
};
