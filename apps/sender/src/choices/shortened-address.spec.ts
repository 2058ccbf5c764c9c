import { describe, expect, it } from '@jest/globals';
import { shortenedAddress } from './shortened-address.js';

describe('an address is shortened', () => {
  it.each([
    ['ada@example.com', 'a…@example.com'],
    ['a@example.com', 'a…@example.com'],
    ['Ada.Lovelace+tickets@Example.com', 'A…@Example.com'],
    ['"ada@home"@example.com', '"…@example.com'],
    ['😀ada@example.com', '😀…@example.com'],
    ['@example.com', '@…'],
    ['ada', 'a…'],
    ['', '…'],
  ])('%j: %j', (address, shortened) => {
    expect(shortenedAddress(address)).toBe(shortened);
  });
});
