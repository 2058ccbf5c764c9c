/** Bytes of JSON in one answer at the most: NATS carries messages of 1 MiB by default. */
export const maxAnswerBytes = 950_000;

/** What a value takes of an answer. */
export const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** As many of the first items as fit in one answer, but at least one if there is any. */
export function fitting<T>(items: T[]): T[] {
  let bytes = 0;
  const beyond = items.findIndex((item, index) => {
    bytes += jsonBytes(item) + 1;
    return index > 0 && bytes > maxAnswerBytes;
  });
  return beyond === -1 ? items : items.slice(0, beyond);
}
