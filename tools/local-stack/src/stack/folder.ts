import path from 'node:path';

/** Where a stack keeps its things; everything of it is below one folder (`.local` unless told otherwise). */
export interface StackFolder {
  readonly dataDir: string;
  readonly logs: string;
  readonly postgres: string;
  readonly nats: string;
  /** For scripts: where everything is and how to sign in. */
  readonly stackFile: string;
  /** Keys and passwords, made once. */
  readonly secretsFile: string;
  /** Which processes run, for the clean-up after a killed run. */
  readonly processesFile: string;
  /** Held by the supervisor while it runs. */
  readonly lockFile: string;
}

export function stackFolder(dataDir: string): StackFolder {
  const root = path.resolve(dataDir);
  const at = (name: string) => path.join(root, name);
  return {
    dataDir: root,
    logs: at('logs'),
    postgres: at('postgres'),
    nats: at('nats'),
    stackFile: at('stack.json'),
    secretsFile: at('secrets.json'),
    processesFile: at('processes.json'),
    lockFile: at('supervisor.lock'),
  };
}

/** The checkout that this file belongs to, whether it runs from `src` or from `dist`. */
export const workspaceRoot = path.resolve(import.meta.dirname, '../../../..');

/** Where a stack is kept unless somebody says otherwise. */
export const defaultDataDir = path.join(workspaceRoot, '.local');
