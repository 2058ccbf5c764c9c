import { describe, expect, it } from '@jest/globals';
import { headerFinder, RequestReader } from './request-reader.js';

const request = (body: string, headers = '') =>
  Buffer.from(
    `POST / HTTP/1.1\r\nhost: a\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`,
  );

const bodies = (requests: readonly { body: Buffer }[]) => requests.map(({ body }) => body.toString());

describe('RequestReader', () => {
  it('finds requests wherever they are cut', () => {
    const bytes = Buffer.concat([request('{"a":"Zoë"}'), request(''), request('last')]);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const reader = new RequestReader();
      const found = [...reader.read(bytes.subarray(0, cut)), ...reader.read(bytes.subarray(cut))];
      expect([cut, ...bodies(found)]).toEqual([cut, '{"a":"Zoë"}', '', 'last']);
    }
  });

  it('reads one that comes byte by byte', () => {
    const reader = new RequestReader();
    const found = [...request('slow')].flatMap((byte) => reader.read(Buffer.of(byte)));
    expect(bodies(found)).toEqual(['slow']);
  });

  it.each([
    ['a chunked body', 'POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n', 'no Content-Length'],
    ['a head without end', `POST / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}`, 'no end'],
    ['a body without measure', 'POST / HTTP/1.1\r\ncontent-length: 99999999\r\n\r\n', '99999999 bytes'],
  ])('does not take %s', (_what, text, message) => {
    expect(() => new RequestReader().read(Buffer.from(text))).toThrow(message);
  });
});

describe('headerFinder', () => {
  const head = 'POST / HTTP/1.1\r\nX-Qflow-Event:  comms.sent \r\nX-Qflow-Webhook-Id: 7';

  it('finds a header, in any case, without blanks around it, also the last', () => {
    expect(headerFinder('x-qflow-event')(head)).toBe('comms.sent');
    expect(headerFinder('X-QFLOW-WEBHOOK-ID')(head)).toBe('7');
  });

  it('does not take a part of a name for the whole', () => {
    expect(headerFinder('qflow-event')(head)).toBeUndefined();
    expect(headerFinder('x-qflow')(head)).toBeUndefined();
  });
});
