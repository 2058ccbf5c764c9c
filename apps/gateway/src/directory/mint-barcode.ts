import { randomInt } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const length = 16;

/** 16 characters A–Z and 0–9, about 83 random bits: neither guessed at the door nor met twice by chance. */
export function mintBarcode(): string {
  let barcode = '';
  while (barcode.length < length) barcode += alphabet[randomInt(alphabet.length)];
  return barcode;
}
