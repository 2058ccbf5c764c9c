/** How a process's memory went, MiB. */
export interface Memory {
  readonly first: number;
  readonly max: number;
  readonly last: number;
}

/** What a busy process takes more than a nearly idle one, once: young generations, buffers, connections. */
const busyMiB = 150;
const boundMiB = 400;

/** Whether memory is bounded under a load that is beyond what can be done: queues without bounds grow by hundreds a minute. */
export const isFlat = (memory: Memory | undefined): boolean =>
  memory === undefined || (memory.max <= boundMiB && memory.max - memory.first <= busyMiB);
