import type { Rule } from './rule.js';

/** An e-mail does not take its reader anywhere by itself. */
export const noRefresh: Rule = ({ place }) =>
  place === 'refresh' ? '<meta http-equiv="refresh"> leads away without a click' : null;
