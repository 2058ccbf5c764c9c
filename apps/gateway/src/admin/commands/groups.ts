import { clientCommands } from './client-commands.js';
import type { CommandGroup } from './command.js';
import { enterpriseCommands } from './enterprise-commands.js';
import { keyCommands } from './key-commands.js';
import { providerCommands } from './provider-commands.js';
import { sendCommands } from './send-commands.js';
import { signingKeyCommands } from './signing-key-commands.js';
import { userCommands } from './user-commands.js';

/** Every group of commands, in the order of the manual. */
export const groups: Readonly<Record<string, CommandGroup>> = {
  user: userCommands,
  enterprise: enterpriseCommands,
  client: clientCommands,
  key: keyCommands,
  provider: providerCommands,
  send: sendCommands,
  'signing-key': signingKeyCommands,
};
