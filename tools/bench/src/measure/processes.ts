import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** What a process, with everything it has started, has used so far. */
export interface Usage {
  /** User and system time, seconds. */
  readonly cpuSeconds: number;
  /** Of the process alone: what its children share with it must not be counted twice. */
  readonly rssMiB: number;
}

/** Linux tells everybody's times; elsewhere a row goes without them. */
export const canMeasure = existsSync('/proc/self/stat');

/** USER_HZ: the same on every Linux that Node runs on (proc(5), sysconf(_SC_CLK_TCK)). */
const ticksPerSecond = 100;

/** The fields of /proc/<pid>/stat that count here, proc(5). */
export interface ProcessStat {
  readonly parent: number;
  /** Its own, and its children's that have ended and been waited for; seconds. */
  readonly cpuSeconds: number;
  readonly endedChildrenSeconds: number;
}

/** @param text The one line of /proc/<pid>/stat. */
export function parseStat(text: string): ProcessStat {
  // The second field is the program's name in brackets, and may hold blanks and brackets itself.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  return {
    parent: field(4),
    cpuSeconds: (field(14) + field(15)) / ticksPerSecond,
    endedChildrenSeconds: (field(16) + field(17)) / ticksPerSecond,
  };
}

/**
 * What these processes use, each with its descendants: PostgreSQL works in one process per connection.
 * @returns zeros for one that is gone, and where the system does not tell.
 */
export function usageOf(pids: readonly number[]): Map<number, Usage> {
  const stats = canMeasure ? allStats() : new Map<number, ProcessStat>();
  const children = new Map<number, number[]>();
  for (const [pid, { parent }] of stats) children.set(parent, [...(children.get(parent) ?? []), pid]);
  const asked = new Set(pids);
  const cpuOf = (pid: number): number => {
    const own = stats.get(pid);
    if (!own) return 0;
    // The stack's processes are children of ours; each of them counts for itself.
    const others = (children.get(pid) ?? []).filter((child) => !asked.has(child));
    const ended = pid === process.pid ? 0 : own.endedChildrenSeconds;
    return others.reduce((sum, child) => sum + cpuOf(child), own.cpuSeconds + ended);
  };
  return new Map(pids.map((pid) => [pid, { cpuSeconds: cpuOf(pid), rssMiB: rssOf(pid) }]));
}

function allStats(): Map<number, ProcessStat> {
  const stats = new Map<number, ProcessStat>();
  for (const name of readdirSync('/proc')) {
    const text = /^\d+$/.test(name) ? read(`/proc/${name}/stat`) : undefined;
    if (text !== undefined) stats.set(Number(name), parseStat(text));
  }
  return stats;
}

function rssOf(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? '') ?? [];
  return Number(kib ?? 0) / 1_024;
}

/** Processes come and go while one looks. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
