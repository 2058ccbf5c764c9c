import { clientId, clientSecret } from '../../validation/text-rules.js';
import { deleteClient, isGuessable, listClients, mintSecret, putClient } from '../clients.js';
import type { Values } from '../command-line.js';
import { UsageError } from '../usage-error.js';
import type { Command, CommandGroup } from './command.js';
import { everyPage } from './every-page.js';
import { ruled } from './read-values.js';

const create: Command = {
  synopsis: '--id ID [--secret S]',
  about:
    'Creates an OAuth client, or replaces the secret of one that exists. Without --secret a secret is made and printed this once; --secret - reads it from standard input.',
  options: { id: { type: 'string' }, secret: { type: 'string' } },
  secrets: ['secret'],
  read: (values) => {
    const id = ruled(values, 'id', clientId);
    const chosen = chosenSecret(values);
    return async (change) => {
      const { isNew, clientSecret } = await putClient(change, id, chosen ?? mintSecret());
      const done = `${isNew ? 'created' : 'replaced the secret of'} client ${id}`;
      return {
        text: chosen === undefined ? `${done}, with the secret ${clientSecret}` : done,
        json: { clientId: id, created: isNew, ...(chosen === undefined && { clientSecret }) },
      };
    };
  },
};

function chosenSecret(values: Values): string | undefined {
  if (values.secret === undefined) return undefined;
  const secret = ruled(values, 'secret', clientSecret);
  if (isGuessable(secret))
    throw new UsageError('--secret must not be easy to guess: leave it out to get one');
  return secret;
}

const list: Command = {
  synopsis: '',
  about: 'Lists the OAuth clients.',
  options: {},
  read:
    () =>
    async ({ sql }) => {
      const all = await everyPage((page) => listClients(sql, page));
      const text = all.map(({ clientId, created }) => `${clientId}, created ${created}`).join('\n');
      return { text: text || 'there are no clients', json: all };
    },
};

const remove: Command = {
  synopsis: '--id ID',
  about: 'Deletes an OAuth client and ends every login that was made through it.',
  options: { id: { type: 'string' } },
  read: (values) => {
    const id = ruled(values, 'id', clientId);
    return async (change) => {
      await deleteClient(change, id);
      return { text: `deleted client ${id}`, json: { clientId: id, deleted: true } };
    };
  },
};

export const clientCommands: CommandGroup = {
  about: 'OAuth clients, the programs that ask for tokens',
  commands: { create, list, delete: remove },
};
