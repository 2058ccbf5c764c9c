import type { Rule } from './rule.js';

const maxLength = 4_096;

/** What is longer hides something, and is cut off by one program or another. */
export const boundedLength: Rule = ({ written, url }) =>
  written.length > maxLength && url?.protocol !== 'data:'
    ? `it has ${written.length} characters; at most ${maxLength} are allowed`
    : null;
