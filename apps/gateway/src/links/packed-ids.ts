/** An id as it stands in a link: sixteen bytes, in place of the thirty-six characters of its text. */
export const idSize = 16;

/** Puts an id into a payload, at a place of its own. */
export function putId(payload: Buffer, id: string, offset: number): void {
  payload.write(id.replaceAll('-', ''), offset, idSize, 'hex');
}

/** The id at a place of a payload that {@link putId} has filled; its seal has been checked. */
export function idAt(payload: Buffer, offset: number): string {
  const hex = payload.toString('hex', offset, offset + idSize);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
