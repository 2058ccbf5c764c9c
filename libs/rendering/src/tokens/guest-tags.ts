import { singleLineText } from './clean-text.js';

/** A guest's tags by the token that shows them. */
export interface GuestTags {
  readonly tags: readonly string[];
  readonly tickets: readonly string[];
  readonly sessions: readonly string[];
}

type Group = readonly [prefix: string, group: keyof GuestTags];

const GROUPS: readonly Group[] = [
  ['{tickettype}', 'tickets'],
  ['{session}', 'sessions'],
];
const NO_GROUP: Group = ['', 'tags'];

/**
 * Sorts a comma separated list: `{tickettype}VIP` goes to tickets, `{session}Day 1` to sessions, both without
 * their prefix (any letter case); everything else, other prefixes included, to tags as it is.
 */
export function sortGuestTags(list: unknown): GuestTags {
  const sorted = { tags: [] as string[], tickets: [] as string[], sessions: [] as string[] };
  for (const entry of singleLineText(list).split(',')) {
    const tag = entry.trim();
    const start = tag.toLowerCase();
    const [prefix, group] = GROUPS.find(([candidate]) => start.startsWith(candidate)) ?? NO_GROUP;
    const label = tag.slice(prefix.length).trim();
    if (label !== '') sorted[group].push(label);
  }
  return sorted;
}
