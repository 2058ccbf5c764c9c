import { providerNames, type AccountProviders, type ProviderName } from '@qflow/contracts';
import { connectNats, RpcClient } from '@qflow/messaging';
import { loadConfig, messagingSettings, natsOf } from '@qflow/service';
import { changeProviders, providersOf } from '../account-providers.js';
import type { Change } from '../change.js';
import type { Values } from '../command-line.js';
import { UsageError } from '../usage-error.js';
import type { AdminUser } from '../users.js';
import type { Command, CommandGroup, Environment } from './command.js';
import { required, userName, userOptions } from './read-values.js';
import { loginName, requireNamed } from './require-user.js';

const who = '--email E [--enterprise PIN]';

/** What the sender is asked about one account. */
type Ask = (rpc: RpcClient, change: Change, user: AdminUser) => Promise<AccountProviders>;

/** A command that asks the sender about the account of one user. */
const asking = (
  synopsis: string,
  about: string,
  options: Command['options'],
  read: (values: Values) => Ask,
): Command => ({
  synopsis: `${who} ${synopsis}`.trimEnd(),
  about,
  options: { ...userOptions, ...options },
  read: (values) => {
    const [name, ask] = [userName(values), read(values)];
    return async (change, env) => {
      const user = await requireNamed(change.sql, name);
      const found = await withSender(env, (rpc) => ask(rpc, change, user));
      const { id: userId, accountId, email, enterprise } = user;
      return { text: describe(user, found), json: { userId, accountId, email, enterprise, ...found } };
    };
  },
});

async function withSender<T>(env: Environment, ask: (rpc: RpcClient) => Promise<T>): Promise<T> {
  const nats = natsOf(loadConfig(messagingSettings, env));
  const connection = await connectNats({ ...nats, name: 'qflow-admin', once: true }).catch(
    (cause: unknown) => {
      throw new Error('the NATS of NATS_URL, over which the sender is asked, does not answer', { cause });
    },
  );
  try {
    return await ask(new RpcClient(connection));
  } finally {
    await connection.close();
  }
}

const describe = (user: AdminUser, { providers, own, available }: AccountProviders): string =>
  [
    loginName({ email: user.email, pin: user.enterprise }),
    `account ${user.accountId}`,
    `sends through ${providers.join(', then ')}${own ? '' : ' as every account without a list of its own'}`,
    `configured are ${available.join(', ')}`,
  ].join(', ');

const show = asking(
  '',
  "Shows through whom the account's e-mail goes, and who else is configured.",
  {},
  () => (rpc, _change, user) => providersOf(rpc, user),
);

const set = asking(
  '--providers P,P',
  `Gives the account a list of its own, of ${providerNames.join(', ')}: the first one delivers, and the next ones only while those before are down. Takes effect within five seconds; an e-mail whose outcome is unknown stays with the provider that may have it.`,
  { providers: { type: 'string' } },
  (values) => {
    const providers = providersIn(values);
    return (rpc, change, user) => changeProviders(change, rpc, user, providers);
  },
);

function providersIn(values: Values): ProviderName[] {
  const asked = required(values, 'providers').split(',');
  const known = asked.flatMap((one) => providerNames.find((name) => name === one.trim()) ?? []);
  if (known.length !== asked.length || new Set(known).size !== known.length)
    throw new UsageError(`--providers must be one or more of ${providerNames.join(',')}, each once`);
  return known;
}

const reset = asking(
  '',
  "Takes the account's own list away: those of the installation (PROVIDERS of the sender) hold.",
  {},
  () => (rpc, change, user) => changeProviders(change, rpc, user, null),
);

export const providerCommands: CommandGroup = {
  about: "E-mail providers that users' accounts send through. These commands ask the sender over NATS_URL",
  commands: { show, set, reset },
};
