import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { readStackInfo, type StackInfo } from '../../src/stack/stack-info.js';

/** A stack in a process of its own, as a person has it in a terminal. */
export interface ForegroundStack {
  readonly pid: number;
  /** Everything it has printed so far. */
  output(): string;
  /** Resolves with what `stack.json` says once the banner is printed. */
  ready(): Promise<StackInfo>;
  /** What a terminal sends for Ctrl-C: SIGINT to the whole process group. */
  pressCtrlC(): void;
  kill(signal: NodeJS.Signals): void;
  /** Resolves with the exit code; null after SIGKILL. */
  readonly exited: Promise<number | null>;
}

export function startInForeground(
  root: string,
  dataDir: string,
  env: Record<string, string>,
): ForegroundStack {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'run-stack.js'), root, dataDir], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const pid = child.pid as number;
  let printed = '';
  let heard = () => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      heard();
    });
  }
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  return {
    pid,
    exited,
    output: () => printed,
    async ready() {
      await new Promise<void>((resolve, reject) => {
        heard = () => void (printed.includes('Ctrl-C stops everything') && resolve());
        void exited.then(() => reject(new Error(`The stack ended before it was ready:\n${printed}`)));
        heard();
      });
      return (await readStackInfo(path.join(dataDir, 'stack.json'))) as StackInfo;
    },
    pressCtrlC: () => void process.kill(-pid, 'SIGINT'),
    kill: (signal) => void child.kill(signal),
  };
}
