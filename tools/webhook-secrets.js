#!/usr/bin/env node
/** `npm run webhook-secrets -- reencrypt`: brings the secrets of the running local stack's webhooks under its newest key. */
import './workspace/node-version.js';

const { main } = await import('./workspace/main.js');

await main(async () => {
  const { dataDirOf } = await import('./workspace/options.js');
  const args = process.argv.slice(2);
  const [data, [command, ...rest]] = args[0] === '--data' ? [args[1], args.slice(2)] : [undefined, args];
  if (command !== 'reencrypt' || rest.length > 0)
    throw new Error('The command is: npm run webhook-secrets -- [--data DIR] reencrypt');
  const { reencryptWebhookSecrets } = await import('./local-stack/dist/index.js').catch(() => {
    throw new Error('Nothing is built yet. Start the stack first: "npm start".');
  });
  return reencryptWebhookSecrets(dataDirOf(data));
});
