import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  dnsServer,
  misbehavingReceiver,
  neverAnswers,
  saysAndCloses,
  selfSignedCertificate,
  testAuthority,
  type DnsServer,
  type Misbehaviour,
  type MisbehavingOptions,
  type MisbehavingReceiver,
  type TestAuthority,
} from '@qflow/testing';
import { outOfTime } from './out-of-time.js';
import { testPoster, type TestPoster } from './test-poster.js';

const host = 'hooks.example.com';
const day = 24 * 60 * 60 * 1000;

let directory: string;
let dns: DnsServer;
let authority: TestAuthority;
let poster: TestPoster;
let receiver: MisbehavingReceiver;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'qflow-authority-'));
  authority = await testAuthority();
  const file = path.join(directory, 'authority.pem');
  await writeFile(file, authority.cert);
  dns = await dnsServer();
  dns.set(host, { addresses: ['127.0.0.1'] });
  poster = testPoster({ WEBHOOK_CA_FILE: file, WEBHOOK_DNS_SERVERS: dns.address });
});
afterAll(async () => {
  poster.poster.close();
  await dns.close();
  await rm(directory, { recursive: true });
});
afterEach(async () => {
  await receiver.allClosed();
  expect(poster.poster.openConnections).toBe(0);
  await receiver.close();
});

const answersOk = saysAndCloses('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok');

async function postTo(how: Misbehaviour, options: MisbehavingOptions) {
  receiver = await misbehavingReceiver(how, options);
  return poster.post(`https://${host}:${receiver.port}/hook`);
}

describe('a receiver with a certificate', () => {
  it('of an authority that the operator trusts is posted to', async () => {
    const result = await postTo(answersOk, { certificate: await authority.issue(host) });
    expect(result).toMatchObject({ delivered: true, statusCode: 200, answer: 'ok' });
    expect(receiver.requests[0]).toContain(`host: ${host}:${receiver.port}\r\n`);
  });

  it.each<[string, () => Promise<MisbehavingOptions['certificate']>, string, string]>([
    [
      'that has expired',
      () =>
        authority.issue(host, {
          notBefore: new Date(Date.now() - 90 * day),
          notAfter: new Date(Date.now() - day),
        }),
      'tls_expired',
      'the TLS certificate of the endpoint has expired',
    ],
    [
      'that is not valid yet',
      () => authority.issue(host, { notBefore: new Date(Date.now() + day) }),
      'tls_not_yet_valid',
      'the TLS certificate of the endpoint is not valid yet',
    ],
    [
      'for another host',
      () => authority.issue('other.example.com'),
      'tls_wrong_host',
      'the TLS certificate of the endpoint is for another host name',
    ],
    [
      'that it signed itself',
      () => selfSignedCertificate(host),
      'tls_self_signed',
      'the TLS certificate of the endpoint is self-signed',
    ],
    [
      'without the one in between',
      async () => (await authority.intermediate()).issue(host),
      'tls_incomplete_chain',
      'the TLS certificate of the endpoint cannot be traced to an authority: an intermediate one is missing',
    ],
    [
      'of an authority of its own',
      async () => {
        const own = await testAuthority('Their Authority');
        const { key, cert } = await own.issue(host);
        return { key, cert: `${cert}\n${own.cert}` };
      },
      'tls_untrusted',
      'the TLS certificate of the endpoint comes from an authority that is not a public one',
    ],
  ])('%s is not', async (_name, certificate, code, error) => {
    const issued = await certificate();
    if (!issued) throw new Error('no certificate');
    const result = await postTo(answersOk, { certificate: issued });
    expect(result).toMatchObject({ delivered: false, statusCode: null, phase: 'tls', code, error });
    expect(result.hint).toMatch(/\.$/);
    expect(receiver.requests).toEqual([]);
  });

  it('is called by its name, so that one address can serve many', async () => {
    const result = await postTo(answersOk, { certificate: await authority.issue(host) });
    expect(result.delivered).toBe(true);
    expect(receiver.serverNames).toEqual([host]);
  });
});

describe('a port that should speak TLS', () => {
  it('and answers in the clear', async () => {
    const result = await postTo(neverAnswers, {
      onConnection: (socket) => socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    });
    expect(result).toMatchObject({ phase: 'tls', code: 'tls_not_spoken' });
  });

  it('and closes the connection', async () => {
    const result = await postTo(neverAnswers, { onConnection: (socket) => socket.end() });
    expect(result).toMatchObject({ phase: 'tls', code: 'tls_closed' });
  });

  it('and resets the connection', async () => {
    const result = await postTo(neverAnswers, {
      onConnection: (socket) => socket.on('data', () => socket.resetAndDestroy()),
    });
    expect(result).toMatchObject({ phase: 'tls', code: 'tls_closed' });
  });

  it('and says nothing', async () => {
    let greeted = false;
    receiver = await misbehavingReceiver(neverAnswers, {
      onConnection: (socket) => socket.once('data', () => (greeted = true)),
    });
    const result = await outOfTime(
      () => poster.post(`https://${host}:${receiver.port}/hook`, { timeoutMs: 400 }),
      400,
      () => greeted,
    );
    expect(result).toMatchObject({
      phase: 'tls',
      code: 'tls_timeout',
      error: 'timeout: the TLS handshake did not finish within 0.4 s',
    });
  });

  it('and knows no version of TLS that is safe', async () => {
    const certificate = await authority.issue(host);
    const result = await postTo(neverAnswers, {
      certificate,
      tls: { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' },
    });
    expect(result).toMatchObject({ phase: 'tls', code: 'tls_version' });
  });

  it('and wants a certificate of ours', async () => {
    const certificate = await authority.issue(host);
    const result = await postTo(neverAnswers, {
      certificate,
      tls: { requestCert: true, maxVersion: 'TLSv1.2', ca: authority.cert },
    });
    expect(result).toMatchObject({ delivered: false, phase: 'tls', code: 'tls_failed' });
  });
});
