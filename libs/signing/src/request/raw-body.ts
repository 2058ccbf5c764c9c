/** A request body exactly as it travelled: the bytes, or a string that is encoded as UTF-8. */
export type RawBody = string | Uint8Array;

/**
 * Whether `body` is still raw. A body parser that ran first leaves an object (or `undefined`) behind, and a
 * sender chooses the content type that decides whether it runs: so this is a refusal, never an exception.
 */
export function isRawBody(body: unknown): body is RawBody {
  return typeof body === 'string' || ArrayBuffer.isView(body);
}
