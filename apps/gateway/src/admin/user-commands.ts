import type { Sql } from '@qflow/persistence';
import { formats } from '../validation/formats.js';
import { readOptions, required, trustState } from './command-line.js';
import { createUser } from './create-user.js';
import { UsageError } from './usage.js';
import { describeUser, findUser, listUsers, type AdminUser } from './users.js';

/** What a command has done: for a person, and for a script. */
export interface Report {
  text: string;
  json: unknown;
}

export type Command = (sql: Sql, args: string[]) => Promise<Report>;

const who = { email: { type: 'string' }, enterprise: { type: 'string' } } as const;

/** What the token endpoint can take as a password (RFC 6749, appendix A.16, as its library reads it). */
const typeable = /^[\u0020-\u007E\u0080-\uD7FF\uE000-\uFFFD]+$/;

export const createUserCommand: Command = async (sql, args) => {
  const values = readOptions(args, {
    ...who,
    password: { type: 'string' },
    comms: { type: 'boolean' },
    trust: { type: 'string' },
  });
  const user = await createUser(sql, {
    ...nameOf(values),
    password: passwordOf(required(values, 'password')),
    comms: values.comms === true,
    trust: values.trust === undefined ? 'unverified' : trustState(values.trust, 'trust'),
  });
  const text = user.created
    ? `created ${describeUser(user)}`
    : `exists, nothing changed: ${describeUser(user)}`;
  return { text, json: user };
};

export const listUsersCommand: Command = async (sql, args) => {
  readOptions(args, {});
  const users = await listUsers(sql);
  return { text: users.map(describeUser).join('\n') || 'there are no users', json: users };
};

export const grantCommand: Command = async (sql, args) =>
  change(sql, readOptions(args, who), 'comms_enabled = true');

export const revokeCommand: Command = async (sql, args) =>
  change(sql, readOptions(args, who), 'comms_enabled = false');

export const trustCommand: Command = async (sql, args) => {
  const values = readOptions(args, { ...who, state: { type: 'string' } });
  return change(sql, values, 'trust = $2', trustState(values.state, 'state'));
};

async function change(
  sql: Sql,
  values: Record<string, unknown>,
  assignment: string,
  ...parameters: string[]
): Promise<Report> {
  const { email, pin } = nameOf(values);
  const user = await findUser(sql, email, pin);
  if (!user) throw new Error(`there is no user ${pin === null ? email : `${pin}/${email}`}`);
  await sql(`UPDATE accounts SET ${assignment} WHERE id = $1`, [user.accountId, ...parameters]);
  const changed = (await findUser(sql, email, pin)) as AdminUser;
  return { text: `changed ${describeUser(changed)}`, json: changed };
}

function nameOf(values: Record<string, unknown>): { email: string; pin: string | null } {
  const email = required(values, 'email').toLowerCase();
  if (!formats.email?.test(email)) throw new UsageError(`--email ${formats.email?.message}`);
  const pin = values.enterprise === undefined ? null : required(values, 'enterprise');
  if (pin !== null && !/^[A-Za-z0-9_-]{1,64}$/.test(pin))
    throw new UsageError('--enterprise must be 1 to 64 letters, digits, _ or -');
  return { email, pin };
}

function passwordOf(password: string): string {
  if (password.length < 8 || password.length > 1024)
    throw new UsageError('--password must be 8 to 1024 characters long');
  if (!typeable.test(password))
    throw new UsageError('--password must not contain control characters or emoji');
  return password;
}
