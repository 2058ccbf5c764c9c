import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { compileFunction } from 'node:vm';
import express, { type Express } from 'express';

/** A receiver that answers 2xx to what it accepts. */
export interface SampleReceiver {
  url: string;
  /** What its code has printed. */
  printed: string[];
  close(): Promise<void>;
}

const codeOf = (name: string): string =>
  readFileSync(new URL(`./samples/${name}.txt`, import.meta.url), 'utf8');

/** Runs a page's script as it is, with what its readers have around it: `require`, `app`, `express` and their settings. */
function runScript(name: string, app: Express, env: Record<string, string>): string[] {
  const printed: string[] = [];
  const around = {
    require: createRequire(import.meta.url),
    app,
    express,
    process: { env },
    console: { log: (line: string) => void printed.push(line) },
  };
  const script = compileFunction(codeOf(name), Object.keys(around)) as (...values: unknown[]) => void;
  script(...Object.values(around));
  return printed;
}

async function listen(app: Express, path: string, printed: string[]): Promise<SampleReceiver> {
  const server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    printed,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const quietApp = (): Express => express().set('env', 'test');

/** The Node receiver of Qflow's page. */
export function qflowSample(secret: string): Promise<SampleReceiver> {
  const app = quietApp();
  return listen(app, '/qflow/webhook', runScript('qflow', app, { QFLOW_WEBHOOK_SECRET: secret }));
}

/** The secret that stands in the code of SendComms' page. */
export const sendcommsSampleSecret = 'whsec_your_secret_here';

/** The Express receiver of SendComms' page; as it reads a parsed `req.body`, a JSON parser stands before it. */
export function sendcommsSample(): Promise<SampleReceiver> {
  const app = quietApp();
  app.use(express.json());
  return listen(app, '/webhooks/sendcomms', runScript('sendcomms', app, {}));
}

type Verify = (header: string, rawBody: string, secret: string) => boolean;

/** The `verify()` of EmailFlow's page, in a handler as its text describes it: raw body, 401 unless it is genuine. */
export async function emailflowSample(secret: string): Promise<SampleReceiver> {
  const code = `${codeOf('emailflow')}\nexport { verify };`;
  const { verify } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { verify: Verify };
  const app = quietApp();
  app.post('/hooks/emailflow', express.raw({ type: 'application/json' }), (request, response) => {
    const genuine = verify(
      request.get('X-EmailFlow-Signature') ?? '',
      (request.body as Buffer).toString('utf8'),
      secret,
    );
    response.sendStatus(genuine ? 200 : 401);
  });
  return listen(app, '/hooks/emailflow', []);
}
