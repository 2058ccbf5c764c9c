import { hash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** How a key begins: whose it is can be told at a glance, by people and by secret scanners. */
export const keyKinds = { account: 'qk_', operator: 'qa_' } as const;
export type KeyKind = keyof typeof keyKinds;

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 62^43 is just over 2^256. */
const secretLength = 43;
/** 62^6 is over 2^32, so a CRC-32 always fits. */
const checksumLength = 6;
/** Of the secret; the 37 characters nobody is shown again still hold more than 220 bits. */
const shownLength = 6;

const shape = new RegExp(`^q[ka]_[0-9A-Za-z]{${secretLength + checksumLength}}$`);

export interface NewKey {
  /** The whole key, to be shown once. */
  key: string;
  /** Its beginning, for recognising it in a list. */
  prefix: string;
  hash: Buffer;
}

/** 256 random bits in letters and digits, and a checksum behind them. */
export function mintKey(kind: KeyKind): NewKey {
  const secret = Array.from({ length: secretLength }, () => alphabet[randomInt(alphabet.length)]).join('');
  const body = `${keyKinds[kind]}${secret}`;
  const key = `${body}${checksumOf(body)}`;
  return {
    key,
    prefix: body.slice(0, keyKinds[kind].length + shownLength),
    hash: Buffer.from(keyHash(key), 'hex'),
  };
}

/**
 * Whether a key was written down right. A typo is found without a query, and a secret scanner can tell our keys from
 * text that only looks like them.
 */
export const isWellFormed = (key: string): boolean =>
  shape.test(key) && checksumOf(key.slice(0, -checksumLength)) === key.slice(-checksumLength);

/** SHA-256 in hexadecimal. A slow hash would add nothing to 256 random bits. */
export const keyHash = (key: string): string => hash('sha256', key, 'hex');

function checksumOf(body: string): string {
  let rest = crc32(body);
  let digits = '';
  for (let count = 0; count < checksumLength; count++) {
    digits = `${alphabet[rest % alphabet.length]}${digits}`;
    rest = Math.floor(rest / alphabet.length);
  }
  return digits;
}
