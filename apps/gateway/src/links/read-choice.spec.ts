import { describe, expect, it } from '@jest/globals';
import { readChoice, type PostedChoice } from './read-choice.js';

const urlencoded = 'application/x-www-form-urlencoded';
const multipart = 'multipart/form-data; boundary=edge';
const read = (contentType: string | undefined, body: string | Buffer) =>
  readChoice(contentType, Buffer.from(body));

/** The parts of a form as mail programs write them. */
const parts = (...fields: [name: string, value: string][]): string =>
  [
    ...fields.map(
      ([name, value]) => `--edge\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    ),
    '--edge--\r\n',
  ].join('');

const oneClick: PostedChoice = { choice: 'unsubscribe', by: 'one-click' };

describe('readChoice', () => {
  it.each([
    // RFC 8058 §8.1 and §8.2.
    ['a form of a mail program', urlencoded, 'List-Unsubscribe=One-Click'],
    ['the same in parts', multipart, parts(['List-Unsubscribe', 'One-Click'])],
    [
      'a type in capitals with a parameter',
      'Application/X-WWW-Form-URLEncoded; charset=UTF-8',
      'List-Unsubscribe=One-Click',
    ],
    [
      'a boundary in quotes',
      'multipart/form-data; boundary="edge"',
      parts(['List-Unsubscribe', 'One-Click']),
    ],
    ['a line break at the end', urlencoded, 'List-Unsubscribe=One-Click\r\n'],
    ['fields that nobody knows', urlencoded, 'utm_source=x&List-Unsubscribe=One-Click&__proto__=1'],
  ])('takes %s', async (_what, contentType, body) => {
    expect(await read(contentType, body)).toEqual(oneClick);
  });

  it('takes a part that names its type', async () => {
    const part = 'Content-Type: text/plain; charset=utf-8\r\n\r\nOne-Click\r\n';
    const body = `--edge\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n${part}--edge--`;
    expect(await read(multipart, body)).toEqual(oneClick);
  });

  it.each(['unsubscribe', 'resubscribe'] as const)('takes the button %s', async (choice) => {
    expect(await read(urlencoded, `choice=${choice}`)).toEqual({ choice, by: 'page' });
    expect(await read(multipart, parts(['choice', choice]))).toEqual({ choice, by: 'page' });
  });

  it.each([
    [urlencoded, '', 'holds no form'],
    [undefined, 'List-Unsubscribe=One-Click', 'holds no form'],
    ['application/json', '{"choice":"unsubscribe"}', 'holds no form'],
    ['application/x-www-form-urlencodedX', 'choice=unsubscribe', 'holds no form'],
    [urlencoded, 'x=1', 'has neither List-Unsubscribe=One-Click nor a choice'],
    [urlencoded, 'list-unsubscribe=One-Click', 'has neither'],
    [urlencoded, 'List-Unsubscribe=one-click', 'has another List-Unsubscribe than One-Click'],
    [urlencoded, 'List-Unsubscribe=', 'has another List-Unsubscribe than One-Click'],
    [urlencoded, 'choice=Unsubscribe', 'has a choice that is neither unsubscribe nor resubscribe'],
    [urlencoded, 'choice=', 'has a choice that is neither'],
    [urlencoded, 'choice=unsubscribe&choice=resubscribe', 'asks for more than one thing'],
    [urlencoded, 'choice=resubscribe&List-Unsubscribe=One-Click', 'asks for more than one thing'],
    [urlencoded, `choice=unsubscribe&x=${'x'.repeat(16_384)}`, 'holds a form of more than 16384 bytes'],
    [multipart, parts(), 'has neither'],
    [multipart, 'List-Unsubscribe=One-Click', 'holds a form that cannot be read'],
    [multipart, parts(['choice', 'unsubscribe']).slice(0, -8), 'holds a form that cannot be read'],
    ['multipart/form-data', parts(['choice', 'unsubscribe']), 'holds a form that cannot be read'],
  ])('refuses %j %j: %s', async (contentType, body, flaw) => {
    expect(await read(contentType, body)).toEqual({ flaw: expect.stringMatching(new RegExp(`^${flaw}`)) });
  });

  it('refuses a file where a word belongs', async () => {
    const body = parts(['choice"; filename="x', 'unsubscribe']);
    expect(await read(multipart, body)).toEqual({
      flaw: expect.stringContaining('has a choice that is neither'),
    });
  });

  it.each([undefined, null, { choice: 'unsubscribe' }, 'choice=unsubscribe'])(
    'refuses %j for a body',
    async (body) => {
      expect(await readChoice(urlencoded, body)).toEqual({ flaw: 'holds no form' });
    },
  );
});
