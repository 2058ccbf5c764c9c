/** What a load of so many sends a second needs, by process. */
export interface Need {
  readonly process: string;
  /** CPU cores kept busy. */
  readonly busy: number;
  /** Cores to have, with room for peaks. */
  readonly cores: number;
  /** Of replicas, or of servers that share the work. One event loop fills one core, whatever the machine has. */
  readonly instances: number;
}

export interface CapacityPlan {
  readonly sendsPerSecond: number;
  readonly needs: readonly Need[];
}

/** The share of a core to be busy on average: queues at an event loop grow fast beyond (M/M/1: 1 ÷ (1 − share)). */
const busyShare = 0.6;
/** One PostgreSQL server is given so many cores at the most before its work is split. */
const coresOfOnePostgres = 32;
const coresOfOneNats = 8;
/** Two of each, so that one may go away. */
const leastReplicas = 2;
/** What three copies of a stream cost all servers together, against one: measured (docs/operations.md). */
const natsCopies = 4.5;

/** Tools of the run, which production does not have. */
const tools = new Set(['all', 'bench', 'receiver', 'sandbox']);

/**
 * What multiples of a load need, from what a send costs by process.
 * @param cpuSecondsPer1000 of a run of the row `pipeline`
 */
export function planCapacity(
  cpuSecondsPer1000: Readonly<Record<string, number>>,
  sendsPerSecond: number,
): CapacityPlan {
  const needs = Object.entries(cpuSecondsPer1000)
    .filter(([process]) => !tools.has(process))
    .map(([process, seconds]) => needOf(process, (seconds / 1_000) * sendsPerSecond));
  return { sendsPerSecond, needs };
}

function needOf(process: string, measured: number): Need {
  const busy = process === 'nats' ? measured * natsCopies : measured;
  const cores = busy / busyShare;
  return { process, busy, cores, instances: instancesOf(process, cores) };
}

function instancesOf(process: string, cores: number): number {
  if (process === 'postgres') return Math.max(1, Math.ceil(cores / coresOfOnePostgres));
  if (process === 'nats') return Math.max(3, Math.ceil(cores / coresOfOneNats));
  return Math.max(leastReplicas, Math.ceil(cores));
}
