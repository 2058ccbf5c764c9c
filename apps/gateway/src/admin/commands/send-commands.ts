import { loadConfig } from '@qflow/service';
import { linkSettings, publicUrlOf } from '../../config.js';
import { republishSends } from '../../directory/republish-sends.js';
import { Links } from '../../links/links.js';
import type { Command, CommandGroup } from './command.js';
import { pastInstant } from './read-values.js';

const republish: Command = {
  synopsis: '--since TIME',
  about:
    'Asks the sender once more for the e-mail of every guest created since TIME (a day, or such as 2027-01-31T18:00:00Z). For after the streams were lost: requests that nobody had taken over are made again, and sends that the sender knows stay as they are. Not for after an older copy of the database of the sender was restored: it would have forgotten e-mails that left. Needs PUBLIC_URL and SECRET_KEYS as the gateway has them; a running gateway publishes the requests.',
  options: { since: { type: 'string' } },
  read: (values) => {
    const since = pastInstant(values, 'since');
    return async (change, env) => {
      const config = loadConfig(linkSettings, env);
      const links = new Links({ SECRET_KEYS: config.SECRET_KEYS, PUBLIC_URL: publicUrlOf(config) });
      const sends = await republishSends(change.sql, links, since);
      await change.record('send.republish', `since:${since}`, { sends });
      return {
        text: `asked again for ${sends} ${sends === 1 ? 'send' : 'sends'} of guests created since ${since}`,
        json: { since, sends },
      };
    };
  },
};

export const sendCommands: CommandGroup = {
  about: 'Sends, after streams were lost',
  commands: { republish },
};
