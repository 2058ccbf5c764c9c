/** What our own runner left in the environment and nobody else should see: npm's settings, Jest's and Node's flags. */
const RUNNER = /^(npm_|JEST_|NX_)|^(NODE_OPTIONS|NODE_ENV|INIT_CWD)$/;

/** The environment in which this process was called, without the traces of `npm start` or of a test runner. */
export function callersEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !RUNNER.test(name)));
}
