import { idAt, idSize, putId } from './packed-ids.js';

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
const size = 1 + idSize + idSize + 5;

export function packRsvp({ accountId, guestId, answer, expiresAt }: RsvpLink): Buffer {
  const payload = Buffer.alloc(size);
  setAnswer(payload, answer);
  putId(payload, accountId, 1);
  putId(payload, guestId, 17);
  payload.writeUIntBE(expiresAt, 33, 5);
  return payload;
}

/** Makes of a payload of {@link packRsvp} the one of another answer. */
export function setAnswer(payload: Buffer, answer: RsvpAnswer): void {
  payload[0] = answer === 'yes' ? 1 : 0;
}

/** @param payload as {@link packRsvp} made it; its seal has been checked */
export const unpackRsvp = (payload: Buffer): RsvpLink => ({
  answer: payload.readUInt8(0) === 1 ? 'yes' : 'no',
  accountId: idAt(payload, 1),
  guestId: idAt(payload, 17),
  expiresAt: payload.readUIntBE(33, 5),
});
