import { Inject, Injectable } from '@nestjs/common';
import type { MergeData } from '@qflow/contracts';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import { LinkSeal } from './link-seal.js';
import { packRsvp, setAnswer, unpackRsvp, type RsvpLink } from './rsvp-token.js';
import { packUnsubscribe, unpackUnsubscribe, type UnsubscribeLink } from './unsubscribe-token.js';

/** UTC−12 is the last zone to reach a local time, and an answer on the evening itself still counts. */
const graceSeconds = (12 + 12) * 60 * 60;

/**
 * When an event is over wherever on Earth it is, in seconds since 1970.
 * @param endTime of the event, on its own clock
 */
export const expiryOf = (endTime: string): number =>
  Math.max(0, Date.parse(`${endTime}Z`) / 1000 + graceSeconds);

/** Makes and reads the links that e-mails carry back to the gateway. */
@Injectable()
export class Links {
  private readonly publicUrl: string;
  private readonly qr: LinkSeal;
  private readonly rsvpSeal: LinkSeal;
  private readonly unsubscribeSeal: LinkSeal;

  constructor(@Inject(GATEWAY_CONFIG) config: Pick<GatewayConfig, 'PUBLIC_URL' | 'SECRET_KEYS'>) {
    this.publicUrl = config.PUBLIC_URL;
    this.qr = new LinkSeal(config.SECRET_KEYS, 'qr');
    this.rsvpSeal = new LinkSeal(config.SECRET_KEYS, 'rsvp');
    this.unsubscribeSeal = new LinkSeal(config.SECRET_KEYS, 'unsubscribe');
  }

  /**
   * `{{barcode_qr}}`. The barcode itself is what is sealed: drawing the image takes no database, and the image of an
   * address never changes.
   */
  barcodeQr(barcode: string): string {
    return `${this.publicUrl}/qr/${this.qr.seal(Buffer.from(barcode, 'latin1'))}.png`;
  }

  /** The barcode of a QR address, or undefined where it is not one of ours. */
  readBarcodeQr(token: string): string | undefined {
    return this.qr.open(token)?.toString('latin1');
  }

  /**
   * `{{rsvplink_yes}}` and `{{rsvplink_no}}`; they expire with the event.
   * @param endTime of the event, on its own clock
   */
  rsvp(
    guest: Pick<RsvpLink, 'accountId' | 'guestId'>,
    endTime: string,
  ): Pick<MergeData['links'], 'rsvpYesUrl' | 'rsvpNoUrl'> {
    const { accountId, guestId } = guest;
    const payload = packRsvp({ accountId, guestId, answer: 'yes', expiresAt: expiryOf(endTime) });
    const rsvpYesUrl = this.rsvpUrl(payload);
    setAnswer(payload, 'no');
    return { rsvpYesUrl, rsvpNoUrl: this.rsvpUrl(payload) };
  }

  private rsvpUrl(payload: Buffer): string {
    return `${this.publicUrl}/rsvp/${this.rsvpSeal.seal(payload)}`;
  }

  /** The last part of an RSVP address. */
  rsvpToken(link: RsvpLink): string {
    return this.rsvpSeal.seal(packRsvp(link));
  }

  /** What an RSVP address says, or undefined where it is not one of ours. It may have expired. */
  readRsvp(token: string): RsvpLink | undefined {
    const payload = this.rsvpSeal.open(token);
    return payload && unpackRsvp(payload);
  }

  /** `{{unsubscribe_link}}`, which is also the `List-Unsubscribe` header of the e-mail (RFC 8058). */
  unsubscribe(link: UnsubscribeLink): string {
    return `${this.publicUrl}/unsubscribe/${this.unsubscribeSeal.seal(packUnsubscribe(link))}`;
  }

  /** What an unsubscribe address says, or undefined where it is not one of ours. */
  readUnsubscribe(token: string): UnsubscribeLink | undefined {
    const payload = this.unsubscribeSeal.open(token);
    return payload && unpackUnsubscribe(payload);
  }
}
