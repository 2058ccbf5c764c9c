import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  drips,
  eventually,
  floods,
  misbehavingReceiver,
  neverAnswers,
  resets,
  says,
  saysAndCloses,
  type Misbehaviour,
  type MisbehavingOptions,
  type MisbehavingReceiver,
} from '@qflow/testing';
import { Connections } from '../../src/dispatch/connections.js';
import { Exchange } from '../../src/dispatch/exchange.js';
import { keptHeaders } from '../../src/dispatch/kept-answer.js';
import { outOfTime } from './out-of-time.js';
import { testPoster, type TestPoster } from './test-poster.js';

let poster: TestPoster;
let receiver: MisbehavingReceiver;

beforeEach(() => {
  poster = testPoster();
});
// Whatever a receiver did, its socket is closed, and no timer of ours is left.
afterEach(async () => {
  poster.poster.close();
  if (receiver.connections > 0) await receiver.allClosed();
  expect(poster.poster.openConnections).toBe(0);
  await receiver.close();
});

const misbehaving = async (how: Misbehaviour, options?: MisbehavingOptions): Promise<string> => {
  receiver = await misbehavingReceiver(how, options);
  return receiver.url;
};

/** How many sockets and timers keep the process alive. */
const resources = (): number =>
  process.getActiveResourcesInfo().filter((name) => ['TCPSocketWrap', 'TLSWrap', 'Timeout'].includes(name))
    .length;

/** Closed, and without closing the poster. */
async function nothingIsLeft(before: number): Promise<void> {
  await receiver.allClosed();
  expect(poster.poster.openConnections).toBe(0);
  // What has been destroyed is gone a moment later.
  await eventually(() => resources() <= before);
}

/** Of every request that got no answer. */
const unanswered = {
  delivered: false,
  statusCode: null,
  durationMs: expect.any(Number) as unknown,
  hint: expect.stringMatching(/^.{20,}\.$/) as unknown,
  answer: null,
  responseHeaders: null,
  retryAfterMs: 0,
};

const ok = (body = '', headers = ''): string =>
  `HTTP/1.1 200 OK\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`;

describe('a receiver that fails without an answer', () => {
  it.each<[string, Misbehaviour, { phase: string; code: string; error: string }]>([
    [
      'closes at once',
      saysAndCloses(''),
      {
        phase: 'response',
        code: 'closed_early',
        error: 'the endpoint closed the connection without an answer',
      },
    ],
    [
      'closes amid its headers',
      saysAndCloses('HTTP/1.1 200 OK\r\nContent-Ty'),
      {
        phase: 'response',
        code: 'answer_incomplete',
        error: 'the endpoint began to answer and gave no final status',
      },
    ],
    [
      'resets the connection',
      resets,
      {
        phase: 'response',
        code: 'closed_early',
        error: 'the endpoint closed the connection without an answer',
      },
    ],
    [
      'speaks something else than HTTP',
      says('SSH-2.0-OpenSSH_9.2\r\n'),
      { phase: 'response', code: 'not_http', error: 'the endpoint did not answer in HTTP/1.1' },
    ],
    [
      'answers with a version of HTTP that does not exist',
      says('HTTP/9.9 200 OK\r\n\r\n'),
      { phase: 'response', code: 'not_http', error: 'the endpoint did not answer in HTTP/1.1' },
    ],
    [
      'answers with two lengths',
      says('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'),
      { phase: 'response', code: 'not_http', error: 'the endpoint did not answer in HTTP/1.1' },
    ],
    [
      'has headers without end',
      floods('HTTP/1.1 200 OK\r\n', `X-Filler: ${'y'.repeat(1_000)}\r\n`),
      {
        phase: 'response',
        code: 'headers_too_large',
        error: 'the headers of the answer are larger than 16 KiB',
      },
    ],
    [
      'floods with interim answers',
      floods('', 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'),
      {
        phase: 'response',
        code: 'too_many_interim_answers',
        error: 'the endpoint sent interim answers (1xx) and no final one',
      },
    ],
    [
      'switches to another protocol',
      says('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
      {
        phase: 'response',
        code: 'answer_incomplete',
        error: 'the endpoint began to answer and gave no final status',
      },
    ],
  ])('that %s is told as it is', async (_name, how, failure) => {
    const url = await misbehaving(how);
    const before = resources();
    expect(await poster.post(url)).toEqual({ ...unanswered, ...failure });
    await nothingIsLeft(before);
  });

  it.each([
    ['never answers', neverAnswers],
    ['sends its headers byte by byte', drips('HTTP/1.1 200 OK\r\nX: ', 20)],
  ])('that %s has run out of time', async (_name, how) => {
    const url = await misbehaving(how);
    const before = resources();
    const result = await outOfTime(
      () => poster.post(url, { timeoutMs: 400 }),
      400,
      () => receiver.requests.length === 1,
    );
    expect(result).toEqual({
      ...unanswered,
      phase: 'response',
      code: 'response_timeout',
      error: 'timeout: the endpoint did not finish its answer within 0.4 s',
    });
    await nothingIsLeft(before);
  });

  it('that takes connections and never reads ends while it is asked', async () => {
    const held: Socket[] = [];
    const url = await misbehaving(neverAnswers, {
      // No more than shows that it is being asked.
      onConnection: (socket) => socket.once('data', () => held.push(socket.pause())),
    });
    const request = { url, headers: {}, body: Buffer.alloc(64 * 1024 * 1024), timeoutMs: 400 };
    const result = await outOfTime(
      () => poster.poster.post(request),
      400,
      () => held.length === 1,
    );
    expect(result).toMatchObject({ phase: 'request', code: 'request_timeout' });
    held.forEach((socket) => socket.resume());
  });

  it('that refuses connections', async () => {
    const url = await misbehaving(neverAnswers);
    await receiver.close();
    expect(await poster.post(url)).toMatchObject({
      phase: 'connect',
      code: 'ECONNREFUSED',
      error: 'the connection was refused: nothing listens at that address and port',
    });
    receiver = await misbehavingReceiver(neverAnswers);
  });
});

describe('an answer whose status is there', () => {
  it.each<[string, Misbehaviour, string]>([
    ['of 100 MB', floods('HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n', 'x'), 'xxx'],
    ['without end', floods('HTTP/1.1 200 OK\r\n\r\n', 'y', Infinity), 'yyy'],
    ['that comes byte by byte', drips('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nab', 20), 'abx'],
    ['that breaks off', saysAndCloses('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'), 'half'],
    [
      'with chunks that are none',
      says('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzzz\r\n'),
      'abc',
    ],
  ])('counts, with a body %s', async (_name, how, start) => {
    const result = await poster.post(await misbehaving(how));
    expect(result).toMatchObject({ delivered: true, statusCode: 200, code: null, error: null, phase: null });
    expect(result.answer?.slice(0, start.length)).toBe(start);
    expect(result.answer?.length).toBeLessThanOrEqual(2_048);
    await receiver.allClosed();
    // The rest was let go of, not drained: what was sent is what fits into buffers on the way.
    expect(receiver.bytesSent).toBeLessThan(32 * 1024 * 1024);
    expect(poster.poster.openConnections).toBe(0);
  });

  it('is not unpacked', async () => {
    const url = await misbehaving(says(ok('\x1f\x8b\x08\0bomb', 'Content-Encoding: gzip\r\n')));
    expect((await poster.post(url)).answer).toBe('(compressed with gzip, not unpacked)');
  });

  it('is stored as text, whatever it is', async () => {
    const url = await misbehaving(says(ok('\0\xff\xfe<html>\x01')));
    const { answer } = await poster.post(url);
    expect(answer).toBe('��<html>\u0001');
  });

  it('with a body that must not be there is delivered, and the rest does not reach the next request', async () => {
    const url = await misbehaving((socket) => {
      socket.write('HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 500 Nonsense\r\nContent-Length: 0\r\n\r\n');
    });
    expect(await poster.post(url)).toMatchObject({ delivered: true, statusCode: 204, answer: '' });
    expect(await poster.post(url)).toMatchObject({ delivered: true, statusCode: 204 });
    expect(receiver.connections).toBe(2);
  });

  it('shows its headers, but not pages of them', async () => {
    const many = Array.from({ length: 100 }, (_, n) => `X-${n}: ${n === 0 ? 'z'.repeat(2_000) : n}\r\n`);
    const { responseHeaders } = await poster.post(await misbehaving(says(ok('', many.join('')))));
    const shown = keptHeaders(responseHeaders ?? {});
    expect(Object.keys(shown)).toHaveLength(50);
    expect(shown['x-0']).toHaveLength(500);
  });

  it.each([
    ['301 Moved', 'Location: https://elsewhere.example/x?token=1\r\n', 'leads to https://elsewhere.example:'],
    ['302 Found', 'Location: /login\r\n', 'leads to /login on the same host'],
    ['307 Temporary', 'Location: http://169.254.169.254/latest\r\n', 'leads to http://169.254.169.254'],
    ['308 Permanent', '', 'Redirects are not followed: register the URL that answers itself.'],
    [
      '302 Found',
      'Location: http://[\r\n',
      'Redirects are not followed: register the URL that answers itself.',
    ],
  ])('of %s with %p is not followed', async (status, headers, hint) => {
    const url = await misbehaving(says(`HTTP/1.1 ${status}\r\n${headers}Content-Length: 0\r\n\r\n`));
    const result = await poster.post(url);
    expect(result).toMatchObject({
      delivered: false,
      statusCode: Number(status.slice(0, 3)),
      phase: 'status',
      code: `http_${status.slice(0, 3)}`,
      error: `the endpoint answered ${status.slice(0, 3)}`,
      hint: expect.stringContaining(hint) as unknown,
    });
    expect(receiver.requests).toHaveLength(1);
  });

  it.each([
    ['30', 30_000],
    ['-1', 0],
    ['1e9', 0],
    ['whenever it suits', 0],
    [new Date(Date.now() - 60_000).toUTCString(), 0],
  ])('of 429 with Retry-After %p asks for %p ms', async (value, ms) => {
    const url = await misbehaving(
      says(`HTTP/1.1 429 Slow down\r\nRetry-After: ${value}\r\nContent-Length: 0\r\n\r\n`),
    );
    expect(await poster.post(url)).toMatchObject({ statusCode: 429, code: 'http_429', retryAfterMs: ms });
  });

  it('of 429 with Retry-After as a date asks for the time until then', async () => {
    const until = new Date(Date.now() + 600_000).toUTCString();
    const url = await misbehaving(
      says(`HTTP/1.1 429 Slow down\r\nRetry-After: ${until}\r\nContent-Length: 0\r\n\r\n`),
    );
    const { retryAfterMs } = await poster.post(url);
    expect(retryAfterMs).toBeGreaterThan(500_000);
    expect(retryAfterMs).toBeLessThanOrEqual(600_000);
  });
});

describe('a connection', () => {
  it('is used again by requests to the same URL, and by no others', async () => {
    const url = await misbehaving(says(ok('ok')));
    await poster.post(url);
    await poster.post(url);
    expect(receiver.connections).toBe(1);
    await poster.post(`${url}/of-somebody-else`);
    expect(receiver.connections).toBe(2);
    expect(poster.poster.openConnections).toBe(2);
  });

  it('that the receiver has closed meanwhile costs no attempt', async () => {
    const url = await misbehaving((socket) => {
      // Answers the first request of each connection, and closes at the second one.
      socket.removeAllListeners('data');
      socket.on('data', () => socket.destroy());
      socket.write(ok());
    });
    expect(await poster.post(url)).toMatchObject({ delivered: true });
    expect(await poster.post(url)).toMatchObject({ delivered: true });
    expect(receiver.connections).toBe(2);
  });

  it('that the receiver has closed is replaced by a new one, however many are kept: it is not asked over each', async () => {
    let asked = 0;
    const first: Socket[] = [];
    const url = await misbehaving((socket) => {
      asked++;
      socket.removeAllListeners('data');
      socket.on('data', () => {
        asked++;
        socket.destroy();
      });
      if (asked > 5) return void socket.write(ok());
      // All five at the same time, so that each has a connection of its own.
      first.push(socket);
      if (first.length === 5) for (const one of first) one.write(ok());
    });
    await Promise.all(Array.from({ length: 5 }, () => poster.post(url)));
    expect(await poster.post(url)).toMatchObject({ delivered: true });
    expect([asked, receiver.connections]).toEqual([7, 6]);
  });

  it('that the receiver closes at the very moment of the next request costs no attempt', async () => {
    const url = await misbehaving((socket) => {
      // Answers, and closes without having said so: now before the next request is there, now after that.
      socket.write(ok());
      setImmediate(() => setImmediate(() => socket.end()));
    });
    const codes = new Set<string | null>();
    for (let request = 0; request < 200; request++) {
      codes.add((await poster.post(url)).code);
      for (let turn = 0; turn < request % 6; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    expect([...codes]).toEqual([null]);
  });

  it('is closed where the receiver wants that', async () => {
    const url = await misbehaving(says(ok('', 'Connection: close\r\n')));
    await poster.post(url);
    await receiver.allClosed();
    expect(poster.poster.openConnections).toBe(0);
  });

  it('goes when there are too many idle ones, the one that was used longest ago first', async () => {
    const base = await misbehaving(says(ok()));
    const connections = new Connections(
      poster.destinations,
      { WEBHOOK_CA_FILE: [], WEBHOOK_CONNECTION_SECONDS: 60 },
      2,
    );
    const urls = ['a', 'b', 'c'].map((name) => new URL(`${base}/${name}`));
    for (const url of urls) {
      const exchange = new Exchange(20_000);
      const connection = connections.open(url);
      await connection.send(
        { url: url.href, headers: {}, body: Buffer.from('{}'), timeoutMs: 20_000 },
        exchange,
      );
      exchange.end();
      connections.giveBack(url, connection);
    }
    expect(urls.map((url) => connections.takeIdle(url) !== undefined)).toEqual([false, true, true]);
    expect(connections.size).toBe(2);
    connections.close();
    expect(connections.size).toBe(0);
  });

  it('is used once where the operator says so', async () => {
    const once = testPoster({ WEBHOOK_CONNECTION_SECONDS: '0' });
    const url = await misbehaving(says(ok()));
    await once.post(url);
    await once.post(url);
    expect(receiver.connections).toBe(2);
    await receiver.allClosed();
    expect(once.poster.openConnections).toBe(0);
  });
});

it('a request that cannot be sent is not', async () => {
  const url = await misbehaving(says(ok()));
  expect(await poster.post(url, { headers: { 'Transfer-Encoding': 'chunked' } })).toMatchObject({
    delivered: false,
    phase: 'check',
    code: 'request_invalid',
  });
  expect(receiver.connections).toBe(0);
});
