import { loadConfig } from '@qflow/service';
import { keyRingSettings } from '../../config.js';
import { rotateSigningKey, type RotatedKey } from '../../identity/signing/rotate-signing-key.js';
import type { Command, CommandGroup } from './command.js';

const rotate: Command = {
  synopsis: '[--leaked]',
  about:
    'Makes a new key that signs access tokens from a quarter of an hour on, when everybody has seen it; nobody is logged out. With --leaked all keys before it are withdrawn and it signs at once: every access token ends within ten seconds, and clients get new ones with their refresh tokens. Needs SECRET_KEYS as the gateway has it.',
  options: { leaked: { type: 'boolean' } },
  read: (values) => async (change, env) => {
    const { SECRET_KEYS } = loadConfig(keyRingSettings, env);
    const leaked = values.leaked === true;
    const key = await rotateSigningKey(change.sql, SECRET_KEYS, { leaked });
    const { kid, created } = key;
    const signsFrom = key.signsFrom.toISOString();
    await change.record('signing-key.rotate', `signing-key:${kid}`, { signsFrom, leaked });
    return { text: describe(key), json: { kid, signsFrom, created } };
  },
};

const describe = ({ kid, signsFrom, created }: RotatedKey): string =>
  `${created ? 'made' : 'a rotation is under way already, with'} signing key ${kid}, which signs from ${signsFrom.toISOString()} on`;

export const signingKeyCommands: CommandGroup = {
  about: 'The keys that sign access tokens',
  commands: { rotate },
};
