import { describe, expect, it } from '@jest/globals';
import { originForm } from './origin-form.js';

describe('originForm', () => {
  it.each([
    ['/api/guest?x=1', '/api/guest?x=1'],
    ['http://example.com/api/guest?x=1', '/api/guest?x=1'],
    ['HTTPS://example.com:8443/api', '/api'],
    ['http://example.com', '/'],
    ['http://example.com?x=1', '/?x=1'],
    ['//example.com/api', '//example.com/api'],
    ['*', '*'],
  ])('%s → %s', (url, path) => expect(originForm({ url })).toBe(path));
});
