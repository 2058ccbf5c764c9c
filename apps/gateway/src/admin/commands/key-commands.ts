import { v7 as uuidv7 } from 'uuid';
import { keyScopes, type KeyScope } from '../../identity/scope.guard.js';
import { createApiKey, createOperatorKey } from '../../api-keys/create-key.js';
import type { ApiKey, OperatorKey } from '../../api-keys/key-view.js';
import { listApiKeys, listOperatorKeys } from '../../api-keys/list-keys.js';
import { revokeAnyKey } from '../../api-keys/revoke-key.js';
import { isGuid } from '../../validation/formats.js';
import { label } from '../../validation/text-rules.js';
import type { Values } from '../command-line.js';
import { UsageError } from '../usage-error.js';
import type { Command, CommandGroup, Report, Work } from './command.js';
import { everyPage } from './every-page.js';
import { futureInstant, required, ruled, userName, userOptions } from './read-values.js';
import { requireNamed } from './require-user.js';

const owner = '(--email E [--enterprise PIN] | --admin)';

const create: Command = {
  synopsis: `${owner} --name N [--scopes S,S] [--expires DATE]`,
  about: `Makes an API key for a user, with one or more of the scopes ${keyScopes.join(', ')}; or, with --admin, an operator's key, which opens /api/admin and nothing else. The key is printed this once. DATE is a day or a point in time.`,
  options: {
    ...userOptions,
    admin: { type: 'boolean' },
    name: { type: 'string' },
    scopes: { type: 'string' },
    expires: { type: 'string' },
  },
  read: (values) => (isForOperator(values) ? operatorKey(values) : userKey(values)),
};

/** @throws UsageError where both are asked for */
function isForOperator(values: Values): boolean {
  if (values.admin !== true) return false;
  for (const name of ['email', 'enterprise', 'scopes'])
    if (values[name] !== undefined)
      throw new UsageError(`--${name} does not go with --admin: an operator's key belongs to no account`);
  return true;
}

function operatorKey(values: Values): Work {
  const name = ruled(values, 'name', label);
  const expiresAt = futureInstant(values, 'expires');
  return async (change) => shown(await createOperatorKey(change, name, expiresAt), 'operator key');
}

function userKey(values: Values): Work {
  const user = userName(values);
  const name = ruled(values, 'name', label);
  const scopes = scopesOf(values);
  const expiresAt = futureInstant(values, 'expires');
  return async (change) => {
    const { id: userId, accountId } = await requireNamed(change.sql, user);
    const id = uuidv7();
    const key = await createApiKey(change.sql, { id, accountId, userId, name, scopes, expiresAt });
    await change.record('key.create', `key:${id}`, { userId, name, scopes, expiresAt });
    return shown(key, `API key of ${user.email}`);
  };
}

function scopesOf(values: Values): KeyScope[] {
  const asked = required(values, 'scopes').split(',');
  const scopes = keyScopes.filter((scope) => asked.includes(scope));
  if (scopes.length !== asked.length)
    throw new UsageError(`--scopes must be one or more of ${keyScopes.join(',')}, each once`);
  return scopes;
}

const shown = (key: OperatorKey & { key: string }, what: string): Report => ({
  text: `created ${what}: ${describe(key)}\n${key.key}\nIt is not shown again.`,
  json: key,
});

const describe = (key: OperatorKey & Partial<ApiKey>): string =>
  [
    key.id,
    `${key.prefix}…`,
    JSON.stringify(key.name),
    ...(key.scopes ? [`scopes ${key.scopes.join(' ')}`] : ['operator']),
    key.expiresAt === null ? 'never expires' : `expires ${key.expiresAt}`,
    key.lastUsed === null ? 'never used' : `last used ${key.lastUsed}`,
  ].join(', ');

const list: Command = {
  synopsis: owner,
  about: "Lists the API keys of a user's account, or the operators' keys. Keys themselves are never shown.",
  options: { ...userOptions, admin: { type: 'boolean' } },
  read: (values) => {
    const name = isForOperator(values) ? undefined : userName(values);
    return async ({ sql }) => {
      const account = name && (await requireNamed(sql, name)).accountId;
      const keys = account
        ? await everyPage((page) => listApiKeys(sql, account, page))
        : await listOperatorKeys(sql);
      return { text: keys.map(describe).join('\n') || 'there are no keys', json: keys };
    };
  },
};

const revoke: Command = {
  synopsis: '--id ID',
  about: "Ends an API key or an operator's key, for good and within seconds. The id is the one of the list.",
  options: { id: { type: 'string' } },
  read: (values) => {
    const id = required(values, 'id').toLowerCase();
    if (!isGuid(id)) throw new UsageError("--id must be a key's id as it is listed, not the key itself");
    return async (change) => {
      const { name } = await revokeAnyKey(change, id);
      return { text: `revoked key ${id}, ${JSON.stringify(name)}`, json: { id, name, revoked: true } };
    };
  },
};

export const keyCommands: CommandGroup = {
  about: "API keys of users, and operators' keys",
  commands: { create, list, revoke },
};
