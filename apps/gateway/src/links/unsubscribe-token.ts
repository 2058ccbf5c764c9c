import { idAt, idSize, packId } from './packed-ids.js';

/** What an unsubscribe link says: whose e-mail it was. It never expires: whoever finds an old e-mail may want no new ones. */
export interface UnsubscribeLink {
  accountId: string;
  /** The send is known before its e-mail is, and the sender knows its recipient: no address stands in the link. */
  sendId: string;
}

export const packUnsubscribe = ({ accountId, sendId }: UnsubscribeLink): Buffer =>
  Buffer.concat([packId(accountId), packId(sendId)]);

/** @param payload as {@link packUnsubscribe} made it; its seal has been checked */
export const unpackUnsubscribe = (payload: Buffer): UnsubscribeLink => ({
  accountId: idAt(payload, 0),
  sendId: idAt(payload, idSize),
});
