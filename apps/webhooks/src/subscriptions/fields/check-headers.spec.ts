import { describe, expect, it } from '@jest/globals';
import { checkHeaders } from './check-headers.js';

const flawsOf = (headers: object) => checkHeaders(headers as Record<string, string>);
const notAName = 'is not a header name: use up to 100 letters, digits and hyphens';
const ours = 'is a header that we set ourselves';
const notPrintable = 'must be printable ASCII without line breaks, and must not begin or end with a blank';

describe('the headers of a subscription', () => {
  it('may be what receivers ask for', () => {
    const many = Object.fromEntries(
      Array.from({ length: 20 }, (_, n) => [`X-Tenant-${n}`, 'v'.repeat(1_000)]),
    );
    expect(flawsOf({})).toEqual([]);
    expect(
      flawsOf({ Authorization: 'Bearer abc.def', 'X-Api-Key': '~!@#$%^&*()', Cookie: 'a=b;\tc=d' }),
    ).toEqual([]);
    expect(flawsOf(many)).toEqual([]);
  });

  it.each([
    ['a blank', 'X Key', '/headers/X Key', notAName],
    ['a line break', 'X-Key\r\nX-Other', '/headers/X-Key\r\nX-Other', notAName],
    ['a colon', 'X-Key:', '/headers/X-Key:', notAName],
    ['nothing', '', '/headers/', notAName],
    ['a letter beyond ASCII', 'X-Schlüssel', '/headers/X-Schlüssel', notAName],
    ['a slash, which a pointer escapes', 'a/b~c', '/headers/a~1b~0c', notAName],
    ['too many letters', 'x'.repeat(101), `/headers/${'x'.repeat(101)}`, notAName],
    ['one that frames the message', 'Transfer-Encoding', '/headers/Transfer-Encoding', ours],
    ['the host', 'HOST', '/headers/HOST', ours],
    ['the media type', 'content-type', '/headers/content-type', ours],
    ['a signature of ours', 'X-Qflow-Signature', '/headers/X-Qflow-Signature', ours],
    ['a signature of another format', 'Webhook-Signature', '/headers/Webhook-Signature', ours],
  ])('are refused where a name has %s', (_what, name, path, message) => {
    expect(flawsOf({ [name]: 'value' })).toEqual([{ path, message }]);
  });

  it.each([
    ['a line break', 'a\r\nX-Injected: b', notPrintable],
    ['a bare line feed', 'a\nb', notPrintable],
    ['NUL', 'a\0b', notPrintable],
    ['a letter beyond ASCII', 'Bearer ü', notPrintable],
    ['a blank at its end', 'Bearer abc ', notPrintable],
    ['nothing', '', notPrintable],
    ['too many characters', 'x'.repeat(1_001), 'must not be longer than 1000 characters'],
    ['a number', 7, 'must be a text'],
    ['null', null, 'must be a text'],
    ['a list', ['a'], 'must be a text'],
  ])('are refused where a value has %s', (_what, value, message) => {
    expect(flawsOf({ 'X-Key': value })).toEqual([{ path: '/headers/X-Key', message }]);
  });

  it('are refused where one differs from another by upper and lower case only', () => {
    expect(flawsOf({ 'X-Key': 'a', 'x-key': 'b' })).toEqual([
      {
        path: '/headers/x-key',
        message: 'is given twice: header names do not differ by upper and lower case',
      },
    ]);
  });

  it('are refused where there are too many, or no object', () => {
    const many = Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`X-${n}`, 'v']));
    expect(flawsOf(many)).toEqual([{ path: '/headers', message: 'must not have more than 20 headers' }]);
    expect(flawsOf(['a'])).toEqual([{ path: '/headers', message: 'must be an object of names and values' }]);
  });

  it('never repeat a value in what is said of it', () => {
    expect(JSON.stringify(flawsOf({ 'X-Key': 'hunter2\n', Host: 'hunter2' }))).not.toContain('hunter2');
  });
});
