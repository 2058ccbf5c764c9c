#!/usr/bin/env node
/**
 * `npm run sandbox -- [--port N] [--webhook URL]`: the fake SendGrid with its inbox by itself, for anybody who wants
 * to test against it. Installs and builds what that needs and is missing or stale, and nothing else.
 */
import { parseArgs } from 'node:util';
import path from 'node:path';
import './workspace/node-version.js';

const HELP = `
  npm run sandbox -- [options]

  A SendGrid on this machine: it checks mail as SendGrid does, shows it in an inbox, posts signed events and breaks
  on request. No mail leaves the machine, and no database is needed.

    --port N         where it listens (3005)
    --webhook URL    where it posts events, such as http://127.0.0.1:4000/sendgrid/events
    --help           this text

  Everything else can be set in the environment; apps/sandbox/README.md tells what there is.
`;

const { main } = await import('./workspace/main.js');

await main(async ({ progress }) => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const { endWithNpm } = await import('./workspace/end-with-npm.js');
  endWithNpm();
  await build(progress);
  const { runStandalone } = await import('../apps/sandbox/dist/standalone/run-standalone.js');
  await runStandalone(options, { say: (text) => console.log(text) });
  console.log('\n  Stopped.\n');
  return 0;
});

function readOptions(args) {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        port: { type: 'string' },
        webhook: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }));
  } catch (error) {
    throw new Error(`${error.message}. The options are --port N, --webhook URL and --help.`, {
      cause: error,
    });
  }
  const { port, webhook, help = false } = values;
  return { port: port === undefined ? undefined : portOf(port), webhook, help };
}

function portOf(text) {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new Error(`The port must be a number between 1 and 65535, not "${text}".`);
}

async function build(progress) {
  const { prepare } = await import('./workspace/prepare.js');
  const { packageProgram, root, runQuietly } = await import('./workspace/run.js');
  await prepare(progress, { build: false });
  const [command, tsc] = packageProgram('typescript', 'tsc');
  await progress.step('Building the sandbox', async (report) => {
    await runQuietly(command, [tsc, '-b', path.join(root, 'apps/sandbox/tsconfig.lib.json')], {
      name: 'tsc',
    });
    report.title('The sandbox is built');
  });
}
