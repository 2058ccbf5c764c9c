export type RsvpAnswer = 'yes' | 'no';

/** What an RSVP link says: who answers what, and until when. */
export interface RsvpLink {
  accountId: string;
  guestId: string;
  answer: RsvpAnswer;
  /** Seconds since 1970. */
  expiresAt: number;
}

/** One byte of answer, two ids, five bytes of time: 38 bytes keep the link short. */
const size = 1 + 16 + 16 + 5;

const bytesOf = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex');

function idAt(payload: Buffer, offset: number): string {
  const hex = payload.toString('hex', offset, offset + 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export function packRsvp({ accountId, guestId, answer, expiresAt }: RsvpLink): Buffer {
  const payload = Buffer.alloc(size);
  payload.writeUInt8(answer === 'yes' ? 1 : 0, 0);
  bytesOf(accountId).copy(payload, 1);
  bytesOf(guestId).copy(payload, 17);
  payload.writeUIntBE(expiresAt, 33, 5);
  return payload;
}

/** @param payload as {@link packRsvp} made it; its seal has been checked */
export const unpackRsvp = (payload: Buffer): RsvpLink => ({
  answer: payload.readUInt8(0) === 1 ? 'yes' : 'no',
  accountId: idAt(payload, 1),
  guestId: idAt(payload, 17),
  expiresAt: payload.readUIntBE(33, 5),
});
