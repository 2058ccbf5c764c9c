import { describe, expect, it } from '@jest/globals';
import { unsubscribeHeaders } from './unsubscribe-headers.js';

describe('the headers of one-click unsubscription', () => {
  it('are those of RFC 8058', () => {
    expect(unsubscribeHeaders('https://comms.example/unsubscribe/abc-_~.1?x=1&y=%3E')).toEqual({
      'List-Unsubscribe': '<https://comms.example/unsubscribe/abc-_~.1?x=1&y=%3E>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
  });

  it.each([
    'https://a.example/x\r\nBcc: eve@evil.example',
    'https://a.example/x>\n<https://evil.example/',
    'https://a.example/a b\tc\0',
    'https://a.example/#>, <mailto:eve@evil.example',
  ])('hold one URL on one line whatever is in it: %j', (url) => {
    expect(unsubscribeHeaders(url)['List-Unsubscribe']).toMatch(/^<https:\/\/a\.example\/[!-;=?-~]*>$/);
  });

  it.each(['', 'unsubscribe', '/unsubscribe/1', 'mailto:a@b.example', 'javascript:alert(1)'])(
    'are refused for %j',
    (url) => {
      expect(() => unsubscribeHeaders(url)).toThrow('unsubscribeUrl');
    },
  );
});
