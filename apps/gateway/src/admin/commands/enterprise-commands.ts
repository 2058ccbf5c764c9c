import { enterprisePin, label } from '../../validation/text-rules.js';
import type { Values } from '../command-line.js';
import {
  changeEnterprise,
  createEnterprise,
  listEnterprises,
  requirePin,
  type Enterprise,
  type EnterpriseChange,
} from '../enterprises.js';
import type { Command, CommandGroup, Work } from './command.js';
import { everyPage } from './every-page.js';
import { ruled, trustState } from './read-values.js';

const pinOption = { pin: { type: 'string' } } as const;

const describe = ({ pin, name, users, commsEnabled, trust }: Enterprise): string =>
  [
    pin,
    JSON.stringify(name),
    users === 1 ? '1 user' : `${users} users`,
    `Comms API ${commsEnabled ? 'enabled' : 'disabled'}`,
    `trust ${trust}`,
  ].join(', ');

const create: Command = {
  synopsis: '--pin PIN --name N [--comms] [--trust STATE]',
  about: 'Creates an enterprise. Its users log in as PIN/E and may do what it may do.',
  options: {
    ...pinOption,
    name: { type: 'string' },
    comms: { type: 'boolean' },
    trust: { type: 'string' },
  },
  read: (values) => {
    const wanted = {
      pin: ruled(values, 'pin', enterprisePin),
      name: ruled(values, 'name', label),
      commsEnabled: values.comms === true,
      trust: values.trust === undefined ? ('unverified' as const) : trustState(values, 'trust'),
    };
    return async (change) => {
      const made = await createEnterprise(change, wanted);
      return { text: `created ${describe(made)}`, json: made };
    };
  },
};

const list: Command = {
  synopsis: '',
  about: 'Lists the enterprises.',
  options: {},
  read:
    () =>
    async ({ sql }) => {
      const all = await everyPage((page) => listEnterprises(sql, page));
      return { text: all.map(describe).join('\n') || 'there are no enterprises', json: all };
    },
};

/** A command that changes one enterprise. */
const changing = (
  synopsis: string,
  about: string,
  options: Command['options'],
  read: (values: Values) => EnterpriseChange,
): Command => ({
  synopsis: `--pin PIN ${synopsis}`.trimEnd(),
  about,
  options: { ...pinOption, ...options },
  read: (values): Work => {
    const [pin, wanted] = [ruled(values, 'pin', enterprisePin), read(values)];
    return async (change) => {
      const { id } = await requirePin(change.sql, pin);
      const changed = await changeEnterprise(change, id, wanted);
      return { text: `changed ${describe(changed)}`, json: changed };
    };
  },
});

const grant = changing('', 'Enables the Comms API for all users of the enterprise.', {}, () => ({
  commsEnabled: true,
}));

const revoke = changing('', 'Takes it back. Users who were granted it of their own keep it.', {}, () => ({
  commsEnabled: false,
}));

const trust = changing(
  '--state STATE',
  'Sets the state of the sender verification; verified holds for all users of the enterprise.',
  { state: { type: 'string' } },
  (values) => ({ trust: trustState(values, 'state') }),
);

export const enterpriseCommands: CommandGroup = {
  about: 'Enterprises, which group users',
  commands: { create, list, grant, revoke, trust },
};
