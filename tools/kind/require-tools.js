import { execFile } from 'node:child_process';
import { environment } from '../workspace/run.js';

/** How each program is asked whether it works, and where it comes from. */
const tools = {
  docker: { args: ['version'], from: 'https://docs.docker.com/get-docker/' },
  kind: { args: ['version'], from: 'https://kind.sigs.k8s.io/docs/user/quick-start/#installation' },
  kubectl: { args: ['version', '--client'], from: 'https://kubernetes.io/docs/tasks/tools/' },
};

/**
 * Checks that programs are installed and work, before anything is begun.
 * @param {(keyof typeof tools)[]} names
 * @throws {Error} that names all that are missing and where they come from.
 */
export async function requireTools(names) {
  const problems = (await Promise.all(names.map(problemOf))).filter(Boolean);
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

async function problemOf(name) {
  const { args, from } = tools[name];
  const error = await run(name, args);
  if (!error) return undefined;
  if (error.code === 'ENOENT') return `${name} is not installed. Get it from ${from}`;
  // What kind and kubectl say of themselves needs nothing; docker also asks its daemon.
  const why = error.said.split('\n').at(-1);
  return name === 'docker'
    ? `docker is installed, but its daemon does not answer. Start Docker, and try again. (${why})`
    : `${name} is installed, but "${name} ${args.join(' ')}" fails: ${why}`;
}

function run(name, args) {
  return new Promise((resolve) => {
    execFile(name, args, { env: environment() }, (error, _stdout, stderr) =>
      resolve(error && { code: error.code, said: stderr.trim() || error.message }),
    );
  });
}
