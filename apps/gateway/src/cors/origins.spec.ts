import { describe, expect, it } from '@jest/globals';
import { readOrigins } from './origins.js';

describe('readOrigins', () => {
  it('reads any, or a list', () => {
    expect(readOrigins('*')).toBe('*');
    expect(readOrigins('https://app.example.com, http://localhost:4200,')).toEqual([
      'https://app.example.com',
      'http://localhost:4200',
    ]);
  });

  it.each([
    'null',
    'app.example.com',
    'https://app.example.com/',
    'https://app.example.com/path',
    'https://APP.example.com',
    'https://app.example.com:443',
    'https://*.example.com',
    'ftp://app.example.com',
    '*, https://app.example.com',
  ])('refuses %s, which no browser would send', (setting) => {
    expect(() => readOrigins(setting)).toThrow();
  });
});
