import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Clone {
  /** Short, of what was cloned. */
  readonly commit: string;
  /** Files of the checkout that differ from it, and are therefore not in the clone. */
  readonly changed: number;
}

/**
 * Clones what is committed in a checkout: no dependency, build or data comes along.
 * @throws Error where the checkout is no repository of git's
 */
export async function clone(checkout: string, to: string, signal: AbortSignal): Promise<Clone> {
  const git = async (...args: string[]): Promise<string> =>
    (await run('git', args, { signal })).stdout.trim();
  try {
    // Whoever runs this need not own the checkout.
    const safe = ['-c', `safe.directory=${checkout}`];
    const commit = await git(...safe, '-C', checkout, 'rev-parse', '--short', 'HEAD');
    const changed = await git(...safe, '-C', checkout, 'status', '--porcelain');
    await git(...safe, '-c', 'safe.directory=*', 'clone', '--quiet', '--local', checkout, to);
    return { commit, changed: changed === '' ? 0 : changed.split('\n').length };
  } catch (error) {
    signal.throwIfAborted();
    const { stderr = '' } = error as { stderr?: string };
    throw new Error(
      `${checkout} could not be cloned with git: ${stderr.trim() || (error as Error).message}`,
      {
        cause: error,
      },
    );
  }
}
