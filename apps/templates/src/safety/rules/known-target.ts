import type { Rule } from './rule.js';

/** The template says where a URL leads, and not what a guest has typed into a form. */
export const knownTarget: Rule = ({ decidedBy }) => {
  if (!decidedBy) return null;
  const { kind, source } = decidedBy;
  return kind === 'guest'
    ? `the guest's data in ${source} decide where it leads; write scheme and host out, as in https://www.example.com/${source}`
    : `${source} decides where it leads, and what comes of that cannot be told beforehand; write every address out in full`;
};
