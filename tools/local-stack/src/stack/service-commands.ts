import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { callersEnvironment } from '../processes/environment.js';
import { stackFolder, workspaceRoot } from './folder.js';
import { findRunningStack } from './running.js';
import { loadSecrets } from './secrets.js';
import { localSettings, serviceWiring, type ServiceName } from './services.js';
import { portsOf } from './stack-info.js';

/**
 * Runs `qflow-admin` against a running stack, with this terminal as its own.
 * @returns its exit code.
 * @throws Error when no stack is ready on this folder.
 */
export const runAdmin = (dataDir: string, args: readonly string[]): Promise<number> =>
  runCommand(dataDir, 'gateway', 'admin.js', args);

/**
 * Brings the secrets of all webhooks of a running stack under its newest key, with this terminal as the command's own.
 * @returns its exit code.
 * @throws Error when no stack is ready on this folder.
 */
export const reencryptWebhookSecrets = (dataDir: string): Promise<number> =>
  runCommand(dataDir, 'webhooks', 'reencrypt.js', []);

/** Runs a command that a service brings along, with the settings that the service itself has. */
async function runCommand(
  dataDir: string,
  service: ServiceName,
  script: string,
  args: readonly string[],
): Promise<number> {
  const found = await findRunningStack(dataDir);
  if (!found?.info) throw new Error(`No stack is ready on ${dataDir}. Start one with "npm start".`);
  const { databaseUrl, natsUrl, natsPasswords } = found.info;
  const secrets = await loadSecrets(stackFolder(dataDir).secretsFile);
  const servers = { databaseUrl, natsUrl, natsPasswords };
  const wiring = serviceWiring(service, { ...servers, ports: portsOf(found.info), secrets });
  const file = path.join(workspaceRoot, 'apps', service, 'dist', script);
  const child = spawn(process.execPath, [file, ...args], {
    stdio: 'inherit',
    env: { ...localSettings, ...callersEnvironment(), ...wiring },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
