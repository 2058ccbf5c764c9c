/**
 * Runs several Node programs one after the other in this one process. Each of them alone spends a second of CPU on
 * loading the same libraries, which a start that has four of them to run would feel.
 *
 * Plain JavaScript, because it is run by its path, from `src` as well as from `dist`.
 */
import { pathToFileURL } from 'node:url';

/** @type {{ name: string, program: string, env: Record<string, string> }[]} */
const turns = JSON.parse(process.env.QFLOW_TURNS ?? '[]');

for (const { name, program, env } of turns) {
  process.stdout.write(`${name}:\n`);
  Object.assign(process.env, env);
  await import(pathToFileURL(program).href);
}
