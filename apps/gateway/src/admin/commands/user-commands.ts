import { hashPassword } from '../../identity/passwords.js';
import { limitKinds } from '../../limits/limited.js';
import type { Values } from '../command-line.js';
import { changeUser, type UserChange } from '../change-user.js';
import { createUser } from '../create-user.js';
import { maxRateLimit } from '../rate-limits.js';
import { UsageError } from '../usage-error.js';
import { listUsers } from '../users.js';
import type { Command, CommandGroup, Work } from './command.js';
import { describeUser, userJson } from './describe-user.js';
import { everyPage } from './every-page.js';
import { passwordOf, trustState, userName, userOptions } from './read-values.js';
import { requireNamed } from './require-user.js';

const who = '--email E [--enterprise PIN]';

const create: Command = {
  synopsis: `${who} --password P [--comms] [--trust STATE]`,
  about:
    'Creates a user with an account of its own. With --enterprise the user belongs to that enterprise (which is created if there is none) and logs in as PIN/E. Where the user exists, nothing is changed. --password - reads the password from standard input.',
  options: {
    ...userOptions,
    password: { type: 'string' },
    comms: { type: 'boolean' },
    trust: { type: 'string' },
  },
  secrets: ['password'],
  read: (values) => {
    const password = passwordOf(values);
    const user = {
      ...userName(values),
      comms: values.comms === true,
      trust: values.trust === undefined ? ('unverified' as const) : trustState(values, 'trust'),
    };
    return async (change) => {
      const { isNew, ...made } = await createUser(change, {
        ...user,
        passwordHash: await hashPassword(password),
      });
      const text = isNew ? `created ${describeUser(made)}` : `exists, nothing changed: ${describeUser(made)}`;
      return { text, json: { ...userJson(made), created: isNew } };
    };
  },
};

const list: Command = {
  synopsis: '[--email START] [--enterprise PIN]',
  about: 'Lists users, or those whose e-mail address begins with START, or those of an enterprise.',
  options: userOptions,
  read: (values) => async (change) => {
    const filter = { email: textOf(values.email), enterprise: textOf(values.enterprise) };
    const users = await everyPage((page) => listUsers(change.sql, filter, page));
    return { text: users.map(describeUser).join('\n') || 'there are no users', json: users.map(userJson) };
  },
};

const textOf = (value: string | boolean | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** A command that changes one user. */
const changing = (
  synopsis: string,
  about: string,
  options: Command['options'],
  read: (values: Values) => UserChange | Promise<UserChange>,
): Command => ({
  synopsis: `${who} ${synopsis}`.trimEnd(),
  about,
  options: { ...userOptions, ...options },
  read: (values): Work => {
    const [name, wanted] = [userName(values), read(values)];
    return async (change) => {
      const { id } = await requireNamed(change.sql, name);
      const user = await changeUser(change, id, await wanted);
      return { text: `changed ${describeUser(user)}`, json: userJson(user) };
    };
  },
});

const grant = changing('', "Enables the Comms API for the user's account.", {}, () => ({
  commsEnabled: true,
}));

const revoke = changing(
  '',
  "Takes back the account's own right to the Comms API. What the enterprise may do, its users still may.",
  {},
  () => ({ commsEnabled: false }),
);

const trust = changing(
  '--state STATE',
  "Sets the state of the account's own sender verification.",
  { state: { type: 'string' } },
  (values) => ({ trust: trustState(values, 'state') }),
);

const password: Command = {
  ...changing(
    '--password P',
    'Sets a new password and ends all logins of the user. API keys go on working. --password - reads it from standard input.',
    { password: { type: 'string' } },
    (values) => hashPassword(passwordOf(values)).then((passwordHash) => ({ passwordHash })),
  ),
  secrets: ['password'],
};

const disable = changing(
  '',
  'Ends all logins of the user, stops its API keys and refuses new logins, until the user is enabled again.',
  {},
  () => ({ disabled: true }),
);

const enable = changing('', 'Lets a disabled user log in again; its API keys work again.', {}, () => ({
  disabled: false,
}));

const limit = changing(
  '[--guest N] [--send N] [--other N]',
  "Sets the account's limits, in requests per minute (a bulk call counts its items); the word default goes back to the usual limit.",
  { guest: { type: 'string' }, send: { type: 'string' }, other: { type: 'string' } },
  (values) => ({ rateLimits: rateLimits(values) }),
);

function rateLimits(values: Values): NonNullable<UserChange['rateLimits']> {
  const given = limitKinds.filter((kind) => values[kind] !== undefined);
  if (given.length === 0)
    throw new UsageError(`say which limit: ${limitKinds.map((kind) => `--${kind}`).join(', ')}`);
  return Object.fromEntries(given.map((kind) => [kind, limitOf(values, kind)]));
}

function limitOf(values: Values, kind: string): number | null {
  const text = String(values[kind]);
  if (text === 'default') return null;
  const number = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > maxRateLimit)
    throw new UsageError(`--${kind} must be a whole number from 1 to ${maxRateLimit}, or default`);
  return number;
}

export const userCommands: CommandGroup = {
  about: 'Users, each with an account',
  commands: { create, list, grant, revoke, trust, password, disable, enable, limit },
};
