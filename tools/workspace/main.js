import { createProgress } from '../local-stack/src/bootstrap/progress.js';

/**
 * Runs a script: its result is the exit code, its error is one readable message.
 * @param {(context: { progress: import('../local-stack/src/bootstrap/progress.js').Progress }) => Promise<number>} script
 */
export async function main(script) {
  try {
    process.exitCode = await script({ progress: createProgress() });
  } catch (error) {
    // A TypeError and its like are our own mistakes, and then the place matters more than the words.
    const mistake = error instanceof TypeError || error instanceof ReferenceError;
    console.error(`\n${mistake ? error.stack : error.message}\n`);
    process.exitCode = 1;
  }
}
