import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import type { ConnectionError } from 'fastify';
import { refuseUnparsed } from './refuse-unparsed.js';

/** What a client reads whose request failed in this way. */
async function answerTo(code: string, prepare: (socket: Socket) => void = () => undefined): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    prepare(socket);
    refuseUnparsed(Object.assign(new Error(code), { code }) as ConnectionError, socket);
    // Node leaves a reset connection alone, because it is gone; here it is not.
    socket.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const answer = await text(client);
  server.close();
  await once(server, 'close');
  return answer;
}

describe('refuseUnparsed', () => {
  it.each([
    ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout', 'request_timeout'],
    ['HPE_HEADER_OVERFLOW', '431 Request Header Fields Too Large', 'headers_too_large'],
    ['HPE_INVALID_METHOD', '400 Bad Request', 'validation_error'],
    ['HPE_INVALID_TOKEN', '400 Bad Request', 'validation_error'],
  ])('%s → %s', async (code, status, problem) => {
    const [head = '', body = ''] = (await answerTo(code)).split('\r\n\r\n');
    const [first, ...headers] = head.split('\r\n');
    expect(first).toBe(`HTTP/1.1 ${status}`);
    const { instance, ...rest } = JSON.parse(body) as Record<string, unknown>;
    expect(rest.code).toBe(problem);
    expect(headers).toEqual([
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${String(instance)}`,
      'Connection: close',
    ]);
  });

  it('has nothing to say to a caller that is gone', async () => {
    expect(await answerTo('ECONNRESET')).toBe('');
  });

  it('does not write into an answer that has begun', async () => {
    const answering = (socket: Socket) =>
      Object.assign(socket, { _httpMessage: { headersSent: true, req: { complete: false } } });
    expect(await answerTo('HPE_INVALID_TOKEN', answering)).toBe('');
  });
});
