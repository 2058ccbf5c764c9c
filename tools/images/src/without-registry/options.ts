import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

export const usage = `npm run without-registry -- [options]

Makes stand-ins for the base images, builds the six images, runs docker/compose.yaml and plays the demo against it, on a
Debian that reaches its packages and npm, but no container registry. To be run as root.

  --ca FILE   certificate of a proxy that inspects TLS, for the builds alone; NODE_EXTRA_CA_CERTS unless told otherwise
  --force     makes the stand-ins anew, and also in place of images that were pulled under their names
  --keep      leaves the stack running, and the Docker daemon if it was started here
  --help      this text`;

export interface Options {
  readonly help: boolean;
  readonly force: boolean;
  readonly keep: boolean;
  readonly ca: string | undefined;
}

/**
 * @param args of the command line
 * @param cwd what a path on it starts from
 * @throws Error that says what is wrong with which option.
 */
export function readOptions(
  args: readonly string[],
  { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv },
): Options {
  const { ca, ...flags } = parse(args);
  const file = ca ?? (env.NODE_EXTRA_CA_CERTS || undefined);
  return { help: false, force: false, keep: false, ...flags, ca: file && existing(path.resolve(cwd, file)) };
}

function existing(file: string): string {
  if (existsSync(file)) return file;
  throw new Error(`There is no ${file}: --ca, or NODE_EXTRA_CA_CERTS, names the certificate for the builds.`);
}

function parse(args: readonly string[]) {
  const flag = { type: 'boolean' } as const;
  const options = { ca: { type: 'string' }, force: flag, keep: flag, help: { ...flag, short: 'h' } } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${usage}`, { cause: error });
  }
}
