import { execFileSync } from 'node:child_process';

/**
 * All processes that a process has started, directly or through others. Process groups do not tell: Nx gives every
 * task a terminal session of its own.
 * @param {number} pid
 * @returns {number[]} nearest first; empty where there is no `ps`.
 */
export function descendantsOf(pid) {
  const children = new Map();
  for (const line of processTable()) {
    const [child, parent] = line.trim().split(/\s+/).map(Number);
    children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const found = [];
  for (let layer = [pid]; layer.length > 0;) {
    layer = layer.flatMap((parent) => children.get(parent) ?? []);
    found.push(...layer);
  }
  return found;
}

function processTable() {
  try {
    return execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).split('\n');
  } catch {
    return [];
  }
}
