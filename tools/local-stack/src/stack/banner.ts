import { defaultDataDir } from './folder.js';
import type { FoundStack } from './running.js';
import type { StackInfo } from './stack-info.js';

/** What a person reads when everything is ready: where things are, how to sign in, what to try first. */
export function readyBanner(info: StackInfo, dataDir: string): string {
  return `
  Qflow Comms is ready.

${places(info)}

  Get a token:

    ${tokenCommand(info)}

  Then, in a second terminal, watch one send from the token to the signed webhook:

    ${npmRun('demo', dataDir)}

  Data and logs are in ${dataDir}. Ctrl-C stops everything and keeps the data.
`;
}

/** What a person reads who starts a stack that runs already. */
export function runningBanner({ pid, since, info }: FoundStack, dataDir: string): string {
  if (!info) return `Process ${pid} is starting a stack on ${dataDir} right now (since ${since}).`;
  return `
  Qflow Comms is running already (process ${pid}, since ${since}).

${places(info)}

  Stop it with Ctrl-C where it was started, or with:  kill ${pid}
  A second one beside it needs a folder of its own:   npm start -- --data .local-2
`;
}

/** A command that works as it stands: the password grant (RFC 6749 §4.3) with the demo account. */
export function tokenCommand({ gateway, demo }: StackInfo): string {
  const fields = {
    grant_type: 'password',
    client_id: demo.clientId,
    client_secret: demo.clientSecret,
    scope: 'qflowapi',
    username: demo.username,
    password: demo.password,
  };
  const data = Object.entries(fields).map(([name, value]) => `-d ${name}=${value}`);
  return [`curl -s ${gateway}/core/connect/token`, ...data].join(' \\\n      ');
}

function places({ gateway, sandbox, demo }: StackInfo): string {
  return `    API            ${gateway}
    API reference  ${gateway}/docs
    Inbox          ${sandbox}  (every e-mail ends up here; none leaves this machine)

    Demo account   ${demo.username}, password ${demo.password}
    API client     ${demo.clientId}, secret ${demo.clientSecret}`;
}

function npmRun(script: string, dataDir: string): string {
  return dataDir === defaultDataDir ? `npm run ${script}` : `npm run ${script} -- --data ${dataDir}`;
}
