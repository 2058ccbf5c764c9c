import 'reflect-metadata';
import { ConfigError, loadConfig, startService } from '@qflow/service';
import { once } from 'node:events';
import { type SandboxConfig, settings } from '../config.js';
import type { KeyPair } from '../event-webhook/key-pair.js';
import { sandboxService } from '../service-options.js';
import { KEY_PAIR } from '../tokens.js';
import { sandboxBanner } from './banner.js';

/** What was said on the command line; everything else is in the environment, as for the service. */
export interface StandaloneOptions {
  port?: number;
  /** Where events are posted. */
  webhook?: string;
}

/**
 * Runs the sandbox by itself, on this machine only, until the signal fires or the process is told to stop.
 *
 * @param say prints a text for the person who has started it
 * @throws Error in words for that person: the port is taken, a setting makes no sense
 */
export async function runStandalone(
  options: StandaloneOptions,
  { say, stop = told() }: { say: (text: string) => void; stop?: Promise<unknown> },
): Promise<void> {
  const config = configOf(options);
  const service = await startService(sandboxService(config)).catch((error: unknown) => {
    throw isPortTaken(error) ? new Error(portTaken(config.PORT)) : error;
  });
  const { publicKey } = service.app.get<KeyPair>(KEY_PAIR);
  const { SANDBOX_API_KEY: apiKey, SANDBOX_EVENT_WEBHOOK_URL: webhook } = config;
  say(sandboxBanner({ url: service.url, apiKey, publicKey, webhook }));
  await stop;
  await service.close();
}

function configOf({ port, webhook }: StandaloneOptions): SandboxConfig {
  const { env } = process;
  try {
    return loadConfig(settings, {
      // Nobody else in the network is to read these mails, and a person reads the terminal.
      HOST: '127.0.0.1',
      LOG_LEVEL: 'warn',
      ...env,
      ...(port !== undefined && { PORT: String(port) }),
      ...(webhook !== undefined && { SANDBOX_EVENT_WEBHOOK_URL: webhook }),
    });
  } catch (error) {
    if (!(error instanceof ConfigError) || webhook === undefined) throw error;
    throw new Error(error.message.replace('SANDBOX_EVENT_WEBHOOK_URL', '--webhook'), { cause: error });
  }
}

/** Until the terminal or whoever started the process wants it to end. */
async function told(): Promise<void> {
  await Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)));
}

const isPortTaken = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === 'EADDRINUSE';

const portTaken = (port: number): string =>
  `Port ${port} is taken. If a stack runs here ("npm start"), its own sandbox may be there already: http://127.0.0.1:${port}/
Otherwise choose another port:

  npm run sandbox -- --port ${port + 1 > 65_535 ? 3006 : port + 1}`;
