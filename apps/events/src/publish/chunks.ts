/** UTF-8 bytes of the events of one message: half of what a NATS server takes by default (`max_payload`, 1 MiB). */
export const maxMessageBytes = 512 * 1024;

/** Events of one message: what a consumer can handle well within its time to acknowledge. */
export const maxMessageEvents = 200;

export interface ChunkLimits {
  count: number;
  /** UTF-8 bytes. */
  bytes: number;
}

/** Cuts texts into runs within the limits, in order. A text that is larger than the limit is a run by itself. */
export function chunks(texts: readonly string[], { count, bytes }: ChunkLimits): string[][] {
  const runs: string[][] = [];
  let run: string[] = [];
  let size = 0;
  for (const text of texts) {
    const length = Buffer.byteLength(text);
    if (run.length > 0 && (run.length === count || size + length > bytes)) {
      runs.push(run);
      run = [];
      size = 0;
    }
    run.push(text);
    size += length;
  }
  if (run.length > 0) runs.push(run);
  return runs;
}
