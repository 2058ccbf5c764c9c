import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  drips,
  floods,
  misbehavingReceiver,
  neverAnswers,
  resets,
  says,
  saysAndCloses,
  selfSignedCertificate,
  type Misbehaviour,
  type MisbehavingOptions,
  type MisbehavingReceiver,
} from '@qflow/testing';
import { Pool } from 'undici';
import { exchange, type Exchange, type ExchangeLimits } from '../../src/provider/sendgrid/exchange.js';

/** What became of a request, with the code that undici reports for it. */
const told = (done: Exchange): object =>
  done.is === 'answered'
    ? { is: done.is, status: done.answer.status, body: done.answer.body }
    : { is: done.is, code: (done.cause as NodeJS.ErrnoException).code ?? done.cause.constructor.name };

const accepted = 'HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n';
const patient: ExchangeLimits = { answerMs: 20_000, bodyMs: 20_000, bodyBytes: 1000 };
/** For an answer that never comes. */
const quick = { ...patient, answerMs: 200 };
/** For a body that never comes. */
const hurried = { ...patient, bodyMs: 200 };

const closers: (() => Promise<unknown>)[] = [];

async function receiver(behave: Misbehaviour, options?: MisbehavingOptions): Promise<MisbehavingReceiver> {
  const made = await misbehavingReceiver(behave, options);
  closers.push(() => made.close());
  return made;
}

function pool(url: string, connections = 1, connectMs = 2_000): Pool {
  const made = new Pool(new URL(url).origin, {
    connections,
    pipelining: 1,
    connect: { timeout: connectMs },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  closers.unshift(() => made.destroy());
  return made;
}

const post = (to: Pool, within = patient, body = '{"n":1}'): Promise<Exchange> =>
  exchange(to, { path: '/v3/mail/send', headers: { 'content-type': 'application/json' }, body }, within);

/** A port at which nobody answers. */
async function deserted(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('an exchange over undici', () => {
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  describe('of which nothing has left', () => {
    it('refused', async () => {
      const done = await post(pool(`http://127.0.0.1:${await deserted()}`));
      expect(told(done)).toEqual({ is: 'not_sent', code: 'ECONNREFUSED' });
    });

    it('of a name that nobody has', async () => {
      expect(await post(pool('http://nowhere.invalid'))).toMatchObject({ is: 'not_sent' });
    });

    it('to a certificate that is not trusted', async () => {
      const server = await receiver(says(accepted), {
        certificate: await selfSignedCertificate('localhost'),
      });
      const done = await post(pool(`https://localhost:${server.port}`));
      expect(told(done)).toEqual({ is: 'not_sent', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
      expect(server.requests).toEqual([]);
    });

    it('to a port without TLS', async () => {
      const server = await receiver(neverAnswers, { onConnection: (socket) => socket.write(accepted) });
      const done = await post(pool(`https://127.0.0.1:${server.port}`));
      expect(told(done)).toEqual({ is: 'not_sent', code: 'ERR_SSL_WRONG_VERSION_NUMBER' });
    });

    it('where the handshake of TLS is cut', async () => {
      const server = await receiver(neverAnswers, {
        onConnection: (socket) => socket.once('data', () => socket.resetAndDestroy()),
      });
      const done = await post(pool(`https://127.0.0.1:${server.port}`));
      expect(told(done)).toEqual({ is: 'not_sent', code: 'ECONNRESET' });
    });

    it('where the handshake of TLS never ends', async () => {
      const server = await receiver(neverAnswers);
      const done = await post(pool(`https://127.0.0.1:${server.port}`, 1, 200));
      expect(told(done)).toEqual({ is: 'not_sent', code: 'UND_ERR_CONNECT_TIMEOUT' });
    });

    it('once the pool is closed', async () => {
      const server = await receiver(says(accepted));
      const connections = pool(server.url);
      await connections.destroy();
      expect(told(await post(connections))).toEqual({ is: 'not_sent', code: 'UND_ERR_DESTROYED' });
      expect(server.connections).toBe(0);
    });

    it('while it waited for a connection', async () => {
      const server = await receiver(neverAnswers);
      const connections = pool(server.url);
      const [underWay, waiting] = [post(connections), post(connections)];
      await arrived(server, 1);
      await connections.destroy();
      expect([told(await underWay), told(await waiting)]).toEqual([
        { is: 'no_answer', code: 'UND_ERR_DESTROYED' },
        { is: 'not_sent', code: 'UND_ERR_DESTROYED' },
      ]);
      expect(server.requests).toHaveLength(1);
    });
  });

  describe('of which something has left, and no answer came', () => {
    it.each<[string, Misbehaviour, object, ExchangeLimits?]>([
      ['reset', resets, { code: 'ECONNRESET' }],
      ['closed', (socket) => void socket.end(), { code: 'UND_ERR_SOCKET' }],
      ['silence', neverAnswers, { code: 'AnswerTimeout' }, quick],
      [
        'headers that never end',
        drips('HTTP/1.1 202 Accepted\r\nx-slow: ', 20),
        { code: 'AnswerTimeout' },
        quick,
      ],
      [
        'headers that break off',
        saysAndCloses('HTTP/1.1 202 Accepted\r\ncontent-'),
        { code: 'UND_ERR_SOCKET' },
      ],
      [
        'headers without end',
        floods('HTTP/1.1 202 Accepted\r\n', 'x-more: yes\r\n'),
        { code: 'UND_ERR_HEADERS_OVERFLOW' },
      ],
      ['something else than HTTP', says('220 mail.example.com ESMTP\r\n'), { code: 'HTTPParserError' }],
      [
        '100 Continue, which was not asked for',
        says('HTTP/1.1 100 Continue\r\n\r\n'),
        { code: 'UND_ERR_SOCKET' },
      ],
      [
        '101 Switching Protocols',
        says('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
        { code: 'UND_ERR_SOCKET' },
      ],
    ])('%s', async (_, behave, error, within = patient) => {
      const server = await receiver(behave);
      expect(told(await post(pool(server.url), within))).toMatchObject({ is: 'no_answer', ...error });
      expect(server.requests).toHaveLength(1);
    });

    it('a request that was given up: it is not sent again over the connection that undici opens then', async () => {
      let answers = 0;
      const server = await receiver((socket, request) =>
        answers++ === 0 ? neverAnswers(socket, request) : says(accepted)(socket, request),
      );
      const connections = pool(server.url);
      expect(told(await post(connections, quick, '{"n":1}'))).toEqual({
        is: 'no_answer',
        code: 'AnswerTimeout',
      });
      expect(await post(connections, patient, '{"n":2}')).toMatchObject({ is: 'answered' });
      expect(server.requests.map((request) => request.slice(-7))).toEqual(['{"n":1}', '{"n":2}']);
    });

    it('a kept-alive connection that breaks with the next request on it, which is not repeated', async () => {
      let answers = 0;
      const server = await receiver((socket, request) =>
        answers++ === 0 ? says(accepted)(socket, request) : resets(socket, request),
      );
      const connections = pool(server.url);
      expect(await post(connections)).toMatchObject({ is: 'answered' });
      expect(told(await post(connections))).toEqual({ is: 'no_answer', code: 'ECONNRESET' });
      expect([server.requests.length, server.connections]).toEqual([2, 1]);
    });

    it('a connection that is reset as soon as it is there, and was not read from', async () => {
      const server = await receiver(neverAnswers, { onConnection: (socket) => socket.resetAndDestroy() });
      // Which of the two depends on what the kernel tells first, that it is connected or that it is reset.
      expect(['no_answer', 'not_sent']).toContain((await post(pool(server.url))).is);
    });
  });

  describe('whose status came', () => {
    const head = 'HTTP/1.1 400 Bad Request\r\n';
    it.each<[string, Misbehaviour, string, ExchangeLimits?]>([
      ['whole', says(`${head}content-length: 2\r\n\r\n{}`), '{}'],
      [
        'after early hints',
        says(`HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${head}content-length: 2\r\n\r\n{}`),
        '{}',
      ],
      ['with a body that breaks off', saysAndCloses(`${head}content-length: 9\r\n\r\n{"er`), '{"er'],
      [
        'with a body in broken chunks',
        saysAndCloses(`${head}transfer-encoding: chunked\r\n\r\n2\r\n{}\r\nzz\r\n`),
        '{}',
      ],
      ['with a body that never comes', says(`${head}content-length: 9\r\n\r\n`), '', hurried],
    ])('%s', async (_, behave, body, within = patient) => {
      const server = await receiver(behave);
      expect(told(await post(pool(server.url), within))).toEqual({ is: 'answered', status: 400, body });
    });

    it('with a body that never ends: it is not waited for', async () => {
      const server = await receiver(drips(`${head}content-length: 99999\r\n\r\n`, 5));
      expect(await post(pool(server.url), hurried)).toMatchObject({
        is: 'answered',
        answer: { status: 400 },
      });
    });

    it('with a body without bounds: the beginning of it', async () => {
      const server = await receiver(floods(`${head}\r\n`, 'no ', 50 * 1024 * 1024));
      const connections = pool(server.url);
      const done = await post(connections);
      expect(told(done)).toEqual({ is: 'answered', status: 400, body: 'no '.repeat(334).slice(0, 1000) });
      await connections.destroy();
      await server.allClosed();
      expect(server.bytesSent).toBeLessThan(20 * 1024 * 1024);
    });

    it('and a second answer that nobody asked for: it is nobody else’s', async () => {
      const server = await receiver(says(`${accepted}${head}content-length: 0\r\n\r\n`));
      const connections = pool(server.url);
      for (let n = 1; n <= 3; n++) {
        expect(told(await post(connections))).toEqual({ is: 'answered', status: 202, body: '' });
        expect(server.requests).toHaveLength(n);
      }
    });
  });

  describe('over kept-alive connections', () => {
    it('reuses them, and never has more than it may', async () => {
      const server = await receiver(says(accepted));
      const connections = pool(server.url, 3);
      const done = await Promise.all(Array.from({ length: 30 }, () => post(connections)));
      expect(done.every(({ is }) => is === 'answered')).toBe(true);
      expect(server.requests).toHaveLength(30);
      expect(server.connections).toBe(3);
    });

    it.each<[string, (socket: Socket) => unknown]>([
      ['reset', (socket) => socket.resetAndDestroy()],
      ['closed', (socket) => socket.end()],
    ])('an idle one that was %s costs nothing', async (_, cut) => {
      const sockets: Socket[] = [];
      const server = await receiver(says(accepted), { onConnection: (socket) => sockets.push(socket) });
      const connections = pool(server.url);
      await post(connections);
      const noticed = once(connections, 'disconnect');
      sockets.forEach(cut);
      await noticed;
      expect(await post(connections)).toMatchObject({ is: 'answered', answer: { status: 202 } });
      expect([server.requests.length, server.connections]).toEqual([2, 2]);
    });

    it('whatever the moment at which an idle one is cut: what is not sent did not arrive, and nothing twice', async () => {
      const server = await receiver((socket) => {
        socket.write(accepted);
        socket.resetAndDestroy();
      });
      const connections = pool(server.url);
      const sent = Array.from({ length: 200 }, (_, n) => `{"number":${n}}`);
      const done: Exchange[] = [];
      for (const body of sent) done.push(await post(connections, patient, body));
      const times = sent.map((body) => server.requests.filter((request) => request.endsWith(body)).length);
      for (const [n, { is }] of done.entries())
        expect([is, times[n]]).toEqual([
          is,
          is === 'answered' ? 1 : is === 'not_sent' ? 0 : expect.any(Number),
        ]);
      expect(Math.max(...times)).toBe(1);
    });
  });
});

async function arrived(server: MisbehavingReceiver, requests: number): Promise<void> {
  while (server.requests.length < requests) await new Promise(setImmediate);
}
