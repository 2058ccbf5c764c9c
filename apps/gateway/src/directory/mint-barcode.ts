import { randomInt } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** 16 characters A–Z and 0–9, about 83 random bits: neither guessed at the door nor met twice by chance. */
export const mintBarcode = (): string =>
  Array.from({ length: 16 }, () => alphabet[randomInt(alphabet.length)]).join('');
