import { createHmac, createSecretKey, hkdfSync, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { KeyRing } from '@qflow/persistence';

/** 128 bits: beyond guessing, and short enough for a link. */
const sealBytes = 16;

/**
 * Seals bytes into the path of a link, so that only we can have made it. Each purpose has keys of its own, derived
 * from the key ring (HKDF, RFC 5869): a QR token can never pass for an RSVP token. The newest key seals, every key
 * of the ring opens, so links in e-mails outlive a key rotation.
 */
export class LinkSeal {
  /** As objects: with the bytes of a key, Node makes one of them for every seal, at six times the cost of sealing. */
  private readonly keys: KeyObject[];

  constructor(ring: KeyRing, purpose: 'qr' | 'rsvp' | 'unsubscribe') {
    this.keys = [...ring.keys.values()].map((key) =>
      createSecretKey(Buffer.from(hkdfSync('sha256', key, '', `qflow link ${purpose} v1`, 32))),
    );
  }

  seal(payload: Buffer): string {
    return Buffer.concat([payload, digest(this.keys[0] as KeyObject, payload)]).toString('base64url');
  }

  /** @returns the payload, or undefined where the token is not one of ours, whole and unaltered */
  open(token: string): Buffer | undefined {
    const sealed = Buffer.from(token, 'base64url');
    // base64url has several spellings of the same bytes; only ours is a valid address.
    if (sealed.length <= sealBytes || sealed.toString('base64url') !== token) return undefined;
    const payload = sealed.subarray(0, -sealBytes);
    const seal = sealed.subarray(-sealBytes);
    return this.keys.some((key) => timingSafeEqual(digest(key, payload), seal)) ? payload : undefined;
  }
}

const digest = (key: KeyObject, payload: Buffer): Buffer =>
  createHmac('sha256', key).update(payload).digest().subarray(0, sealBytes);
