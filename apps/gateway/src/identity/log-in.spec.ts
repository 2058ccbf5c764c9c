import { describe, expect, it } from '@jest/globals';
import { readUsername } from './log-in.js';

describe('readUsername', () => {
  it.each([
    ['Ada@Example.com', { pin: null, email: 'ada@example.com' }],
    ['acme/Ada@Example.com', { pin: 'acme', email: 'ada@example.com' }],
    ['Acme/a/b@example.com', { pin: 'Acme', email: 'a/b@example.com' }],
    ['/ada@example.com', { pin: '', email: 'ada@example.com' }],
  ])('%s', (username, expected) => expect(readUsername(username)).toEqual(expected));
});
