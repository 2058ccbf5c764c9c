import { loadConfig } from '@qflow/service';
import { keyRingSettings } from '../../config.js';
import { rotateSigningKey, type RotatedKey } from '../../identity/signing/rotate-signing-key.js';
import type { Command, CommandGroup } from './command.js';

const rotate: Command = {
  synopsis: '[--now]',
  about:
    'Makes a new key that signs access tokens from a quarter of an hour on, when everybody has seen it; nobody is logged out. With --now it signs at once: for a key that leaked. Needs SECRET_KEYS as the gateway has it.',
  options: { now: { type: 'boolean' } },
  read: (values) => async (change, env) => {
    const { SECRET_KEYS } = loadConfig(keyRingSettings, env);
    const key = await rotateSigningKey(change.sql, SECRET_KEYS, { now: values.now === true });
    const { kid, signsFrom, created } = key;
    await change.record('signing-key.rotate', `signing-key:${kid}`, { signsFrom: signsFrom.toISOString() });
    return { text: describe(key), json: { kid, signsFrom: signsFrom.toISOString(), created } };
  },
};

const describe = ({ kid, signsFrom, created }: RotatedKey): string =>
  `${created ? 'made' : 'a rotation is under way already, with'} signing key ${kid}, which signs from ${signsFrom.toISOString()} on`;

export const signingKeyCommands: CommandGroup = {
  about: 'The keys that sign access tokens',
  commands: { rotate },
};
