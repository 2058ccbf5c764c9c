import { describe, expect, it } from '@jest/globals';
import { readUsername, type Username } from './log-in.js';

const member = (pin: string, email: string): Username['member'] => ({ pin, email });

describe('readUsername', () => {
  it.each<[string, Username]>([
    ['Ada@Example.com', { member: null, email: 'ada@example.com' }],
    ['acme/Ada@Example.com', { member: member('acme', 'ada@example.com'), email: 'acme/ada@example.com' }],
    ['Acme/a/b@example.com', { member: member('Acme', 'a/b@example.com'), email: 'acme/a/b@example.com' }],
    ['/ada@example.com', { member: member('', 'ada@example.com'), email: '/ada@example.com' }],
    ['acme/', { member: member('acme', ''), email: 'acme/' }],
    ['//', { member: member('', '/'), email: '//' }],
    ['', { member: null, email: '' }],
    ['jose\u0301@example.com', { member: null, email: 'jos\u00e9@example.com' }],
  ])('%s', (username, expected) => expect(readUsername(username)).toEqual(expected));
});
