import { idAt, idSize, putId } from './packed-ids.js';

/** What an unsubscribe link says: whose e-mail it was. It never expires: whoever finds an old e-mail may want no new ones. */
export interface UnsubscribeLink {
  accountId: string;
  /** The send is known before its e-mail is, and the sender knows its recipient: no address stands in the link. */
  sendId: string;
}

export function packUnsubscribe({ accountId, sendId }: UnsubscribeLink): Buffer {
  const payload = Buffer.alloc(2 * idSize);
  putId(payload, accountId, 0);
  putId(payload, sendId, idSize);
  return payload;
}

/** @param payload as {@link packUnsubscribe} made it; its seal has been checked */
export const unpackUnsubscribe = (payload: Buffer): UnsubscribeLink => ({
  accountId: idAt(payload, 0),
  sendId: idAt(payload, idSize),
});
