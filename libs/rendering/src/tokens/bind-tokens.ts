import type { MergeData } from '../merge-data.js';
import { findMergeToken, type MergeToken, type TokenValue } from './merge-tokens.js';

/** A name in a template and what it means. */
export interface TokenBinding {
  /** As the template writes it. */
  readonly name: string;
  /** `undefined` for a name that is no token. */
  readonly token: MergeToken | undefined;
  /** For people: the token as the guide writes it, or the unknown name with what follows it, `guest.name`. */
  readonly label: string;
}

/** The values of one rendering. */
export interface BoundTokens {
  /** By the names that the template uses. No prototype, so that only these exist. */
  readonly scope: Readonly<Record<string, TokenValue>>;
  /** Tokens that the template uses and that have no value here, in order of appearance. */
  readonly missing: string[];
}

/** A name that nobody knows may be as long as a template, and is only shown to its author. */
const MAX_LABEL = 100;

/** Looks the names of a template up, once. `paths` are they with what follows them. */
export function planTokens(paths: ReadonlyMap<string, string>): TokenBinding[] {
  return Array.from(paths, ([name, path]) => {
    const token = findMergeToken(name);
    const label = token?.name ?? path;
    return { name, token, label: label.length > MAX_LABEL ? `${label.slice(0, MAX_LABEL)}…` : label };
  });
}

/** Works out the tokens that a template uses, and no others, for one guest. */
export function bindTokens(bindings: readonly TokenBinding[], data: MergeData): BoundTokens {
  const scope = Object.create(null) as Record<string, TokenValue>;
  const missing = new Set<string>();
  for (const { name, token, label } of bindings) {
    const value = token ? token.valueOf(data) : '';
    scope[name] = value;
    if (typeof value === 'string' && value.trim() === '') missing.add(label);
  }
  return { scope, missing: [...missing] };
}
