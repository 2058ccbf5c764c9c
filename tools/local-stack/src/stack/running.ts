import { lockHolder } from '../bootstrap/lock.js';
import { stackFolder } from './folder.js';
import { readStackInfo, type StackInfo } from './stack-info.js';

/** A stack that somebody runs right now. */
export interface FoundStack {
  readonly pid: number;
  /** RFC 3339. */
  readonly since: string;
  /** undefined while it is still starting. */
  readonly info: StackInfo | undefined;
}

/** @returns undefined when no stack runs on this folder. */
export async function findRunningStack(dataDir: string): Promise<FoundStack | undefined> {
  const folder = stackFolder(dataDir);
  const holder = lockHolder(folder.lockFile);
  if (!holder) return undefined;
  return { pid: holder.pid, since: holder.since, info: await readStackInfo(folder.stackFile) };
}
