/** UTF-8 bytes of the events of one message: half of what a NATS server takes by default (`max_payload`, 1 MiB). */
export const maxMessageBytes = 512 * 1024;

/** Events of one message: what a consumer can handle well within its time to acknowledge. */
export const maxMessageEvents = 200;

/** Something written as JSON, and the UTF-8 bytes of that. */
export interface Written {
  json: string;
  bytes: number;
}

export interface ChunkLimits {
  count: number;
  /** UTF-8 bytes. */
  bytes: number;
}

/** Cuts a list into runs within the limits, in order. What is larger than the limit is a run by itself. */
export function chunks<T extends Written>(list: readonly T[], { count, bytes }: ChunkLimits): T[][] {
  const runs: T[][] = [];
  let run: T[] = [];
  let size = 0;
  for (const written of list) {
    if (run.length > 0 && (run.length === count || size + written.bytes > bytes)) {
      runs.push(run);
      run = [];
      size = 0;
    }
    run.push(written);
    size += written.bytes;
  }
  if (run.length > 0) runs.push(run);
  return runs;
}

export const written = (json: string): Written => ({ json, bytes: Buffer.byteLength(json) });
