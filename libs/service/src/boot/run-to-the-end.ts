import { ConfigError } from '../config/load-config.js';
import { reasonOf, type Trying } from './keep-trying.js';

/** What a program waits for may take its time to start, but a job that waits for ever tells nobody that it is stuck. */
const patienceMs = 5 * 60 * 1000;

/** As a shell has them: what was told to end has not done what it was for. */
const codeOfSignal = { SIGTERM: 143, SIGINT: 130 } as const;

/**
 * Runs a program that does one thing and ends: says what it waits for and what it did. Where it fails: one readable
 * message and exit 1, or 78 (`EX_CONFIG`) for a configuration that does not load.
 * @param program answers what it did, in a line
 */
export async function runToTheEnd(
  program: (waiting: Required<Pick<Trying, 'say' | 'withinMs'>>) => Promise<string>,
): Promise<void> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  // The first process of a container is not ended by a signal that it does not listen to.
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => process.exit(codeOfSignal[signal]));
  try {
    say(await program({ say, withinMs: patienceMs }));
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n`);
    process.exit(error instanceof ConfigError ? 78 : 1);
  }
}
