import { describe, expect, it } from '@jest/globals';
import { errorsOf, textOf } from './error-text.js';

describe('the text of an error body', () => {
  it('tells each error with its field, as many as fit', () => {
    const errors = Array.from({ length: 7 }, (_, n) => ({
      message: `Wrong ${n}.`,
      field: n ? `f.${n}` : null,
    }));
    expect(textOf(JSON.stringify({ errors }))).toBe(
      'Wrong 0.; Wrong 1. (f.1); Wrong 2. (f.2); Wrong 3. (f.3); Wrong 4. (f.4); and 2 more',
    );
  });

  it.each([
    ['{"errors":["authorization required"]}', 'authorization required'],
    ['{"errors":[null,7,{},{"message":3},{"message":" "},{"message":"Left."}]}', 'Left.'],
    ['{"errors":[{"message":"a\\r\\nb\\u0000c\\td"}]}', 'a b c d'],
    ['{"errors":[]}', '{"errors":[]}'],
    ['{"errors":{"message":"x"}}', '{"errors":{"message":"x"}}'],
    ['null', 'null'],
    ['[]', '[]'],
    ['', 'no body'],
    [' \r\n', 'no body'],
    ['upstream\nconnect   error', 'upstream connect error'],
    ['<html><TITLE lang="en">\n403 Forbidden </TITLE>', 'an HTML page, "403 Forbidden"'],
    ['\n<!doctype html><p>Sorry', 'an HTML page'],
    ['<title></title>', 'an HTML page'],
  ])('%j is %j', (body, text) => {
    expect(textOf(body)).toBe(text);
  });

  it('is bounded, and cuts no character in half', () => {
    const text = textOf(JSON.stringify({ errors: [{ message: `${'x'.repeat(499)}😀 and more` }] }));
    expect(text).toBe(`${'x'.repeat(499)}…`);
    expect(textOf('y'.repeat(100_000))).toHaveLength(501);
    expect(textOf(`<title>${'z'.repeat(100_000)}`)).toHaveLength(501);
  });

  it('counts only SendGrid’s errors as errors', () => {
    expect(errorsOf('{"errors":[{"message":"No.","field":""}]}')).toEqual([{ message: 'No.', field: null }]);
    expect(errorsOf('<html>')).toEqual([]);
  });
});
