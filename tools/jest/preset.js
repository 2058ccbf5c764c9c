import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

const tests = path.resolve('test');
const integration = existsSync(tests) && readdirSync(tests).some((file) => file.endsWith('.int.spec.ts'));
/** Projects that start servers of their own in their specs. */
const ownServers = ['local-stack', 'e2e'].includes(path.basename(process.cwd()));
const here = import.meta.dirname;

/**
 * One Jest configuration for every project: SWC for speed (with decorator metadata, which Nest's injection
 * needs), native ESM (Nest 12 ships nothing else) and workspace libraries straight from their sources.
 */
export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@qflow/source', 'node', 'node-addons'] },
  testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  // Sources import './x.js', as Node wants it; the file on disk is './x.ts'.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': ['$1.ts', '$1.js'] },
  transformIgnorePatterns: ['/node_modules/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        module: { type: 'nodenext' },
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
      },
    ],
  },
  ...(integration &&
    !ownServers && {
      globalSetup: path.join(here, 'postgres.js'),
      globalTeardown: path.join(here, 'postgres-teardown.js'),
    }),
  // Node keeps every ES module a spec file has loaded (nodejs/node#33439): a worker that has grown is replaced.
  maxWorkers: 2,
  workerIdleMemoryLimit: '1GB',
  // A real Postgres or NATS answers in milliseconds; this only bounds a hang.
  testTimeout: 60_000,
};
