import { instant } from '../directory/find-event.js';
import type { KeyScope } from '../identity/scope.guard.js';

/** An operator's key as it is listed. Times are RFC 3339, UTC. */
export interface OperatorKey {
  id: string;
  name: string;
  /** How the key begins. */
  prefix: string;
  created: string;
  expiresAt: string | null;
  /** Exact to the minute; null for never. */
  lastUsed: string | null;
}

/** An API key as it is listed. */
export interface ApiKey extends OperatorKey {
  scopes: KeyScope[];
}

export const operatorKeyColumns = `id, name, prefix, ${instant('created_at')} AS created,
  ${instant('expires_at')} AS "expiresAt", ${instant('last_used_at')} AS "lastUsed"`;

export const apiKeyColumns = `${operatorKeyColumns}, scopes`;
