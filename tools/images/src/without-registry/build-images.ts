import { readFileSync } from 'node:fs';
import path from 'node:path';
import { workspaceRoot } from '@qflow/local-stack';
import type { Tools } from './stand-in.js';

/** Every app is an image. */
export const apps = ['gateway', 'templates', 'sender', 'events', 'webhooks', 'sandbox'] as const;

const manifest = path.join(workspaceRoot, 'package.json');
const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };

/** The name that Compose and Kubernetes ask for. */
export const imageOf = (app: string): string => `qflow/${app}:${version}`;

/**
 * Builds the image of an app with the Dockerfile that everybody uses.
 * @param ca a proxy's certificate; a secret of the build, in no layer
 */
export async function buildImage(
  { commands }: Pick<Tools, 'commands'>,
  app: string,
  ca: string | undefined,
): Promise<void> {
  const secret = ca ? ['--secret', `id=ca,src=${ca}`] : [];
  await commands.run('docker', [
    ...['build', '--file', 'docker/Dockerfile', '--build-arg', `APP=${app}`, ...secret],
    ...['--tag', imageOf(app), '.'],
  ]);
}
