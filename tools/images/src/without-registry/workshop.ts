import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { workspaceRoot } from '@qflow/local-stack';

/** Where this tool keeps what it makes, and what all the commands said that it ran. */
export interface Workshop {
  /** Things that a second run takes again: packages, root file systems, the daemon's data. */
  at(...names: string[]): string;
  readonly logFile: string;
  log(text: string): Promise<void>;
}

/** Shell scripts that go into the stand-ins. */
export const scriptsFolder = path.join(workspaceRoot, 'tools/images/stand-ins');

/** @param folder made where missing; its log starts anew. */
export async function openWorkshop(folder: string): Promise<Workshop> {
  await mkdir(folder, { recursive: true });
  const logFile = path.join(folder, 'commands.log');
  await writeFile(logFile, '');
  return {
    at: (...names) => path.join(folder, ...names),
    logFile,
    log: (text) => appendFile(logFile, text),
  };
}
