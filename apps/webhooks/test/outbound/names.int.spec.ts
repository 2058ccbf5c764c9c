import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  dnsServer,
  eventually,
  misbehavingReceiver,
  says,
  type DnsReply,
  type DnsServer,
  type MisbehavingReceiver,
} from '@qflow/testing';
import { HostResolver } from '../../src/destinations/host-resolver.js';
import { outOfTime } from './out-of-time.js';
import { testPoster, type TestPoster } from './test-poster.js';

const here: DnsReply = { addresses: ['127.0.0.1'] };
/** Answers too, were it asked, but is in no network that is allowed. */
const nextDoor: DnsReply = { addresses: ['127.0.0.2'] };

let dns: DnsServer;
let receiver: MisbehavingReceiver;
let poster: TestPoster;

beforeAll(async () => {
  dns = await dnsServer();
  receiver = await misbehavingReceiver(says('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
});
afterAll(async () => {
  await receiver.close();
  await dns.close();
});
beforeEach(() => {
  poster = testPoster({ WEBHOOK_ALLOW_CIDRS: '127.0.0.1/32', WEBHOOK_DNS_SERVERS: dns.address });
});
afterEach(() => poster.poster.close());

const urlOf = (name: string): string => `http://${name}:${receiver.port}/hook`;
const asked = (name: string, type: string) =>
  dns.questions.filter((question) => question.name === name && question.type === type).length;

describe('a name', () => {
  it('that changes between check and connect gains nothing: it is asked once, and that is where we go', async () => {
    dns.set('rebinding.example.com', here, nextDoor);
    expect(await poster.post(urlOf('rebinding.example.com'))).toMatchObject({ delivered: true });
    expect([asked('rebinding.example.com', 'A'), asked('rebinding.example.com', 'AAAA')]).toEqual([1, 1]);
  });

  it('that changes before the first check is refused', async () => {
    dns.set('turned.example.com', nextDoor, here);
    expect(await poster.post(urlOf('turned.example.com'))).toMatchObject({
      phase: 'check',
      code: 'address_not_allowed',
      error:
        'the URL has a host name that leads to an address which is not on the public internet (turned.example.com)',
    });
  });

  it('is not asked again while a connection is kept, and is once that is too old', async () => {
    dns.set('kept.example.com', here, nextDoor);
    await poster.post(urlOf('kept.example.com'));
    expect(await poster.post(urlOf('kept.example.com'))).toMatchObject({ delivered: true });
    expect(asked('kept.example.com', 'A')).toBe(1);

    const shortLived = testPoster({
      WEBHOOK_ALLOW_CIDRS: '127.0.0.1/32',
      WEBHOOK_DNS_SERVERS: dns.address,
      WEBHOOK_CONNECTION_SECONDS: '0',
    });
    dns.set('moving.example.com', here, nextDoor);
    expect(await shortLived.post(urlOf('moving.example.com'))).toMatchObject({ delivered: true });
    expect(await shortLived.post(urlOf('moving.example.com'))).toMatchObject({ code: 'address_not_allowed' });
    shortLived.poster.close();
  });

  it('is believed for as long as it is asked for, whatever time to live it claims', async () => {
    dns.set('sticky.example.com', { addresses: ['127.0.0.1'], ttl: 86_400 }, nextDoor);
    expect((await poster.destinations.check(urlOf('sticky.example.com'))).hostname).toBe(
      'sticky.example.com',
    );
    await expect(poster.destinations.check(urlOf('sticky.example.com'))).rejects.toMatchObject({
      code: 'address_not_allowed',
    });
  });

  it('with one address that is not allowed is refused as a whole', async () => {
    dns.set('mixed.example.com', { addresses: ['127.0.0.1', '127.0.0.2'] });
    expect(await poster.post(urlOf('mixed.example.com'))).toMatchObject({ code: 'address_not_allowed' });
  });

  it('whose addresses do not fit into a datagram is asked again over TCP', async () => {
    dns.set('long.example.com', { truncated: ['127.0.0.1'] });
    expect(await poster.post(urlOf('long.example.com'))).toMatchObject({ delivered: true });
    expect(dns.questions).toContainEqual({ name: 'long.example.com', type: 'A', transport: 'tcp' });
  });

  it('whose servers never answer for one family is reached by the other', async () => {
    dns.set('half.example.com', { A: here, AAAA: 'never' });
    expect(await poster.post(urlOf('half.example.com'))).toMatchObject({ delivered: true });
  });

  it('whose servers answer late is waited for', async () => {
    let now = (): void => undefined;
    const later = new Promise<void>((resolve) => (now = resolve));
    dns.set('late.example.com', { after: later, then: here });
    const posting = poster.post(urlOf('late.example.com'));
    await eventually(() => asked('late.example.com', 'A') > 0);
    now();
    expect(await posting).toMatchObject({ delivered: true });
  });

  it('whose servers never answer has run out of time', async () => {
    dns.set('never.example.com', 'never');
    const result = await outOfTime(
      () => poster.post(urlOf('never.example.com'), { timeoutMs: 400 }),
      400,
      () => asked('never.example.com', 'A') > 0,
    );
    expect(result).toMatchObject({
      delivered: false,
      statusCode: null,
      phase: 'dns',
      code: 'dns_timeout',
      error: 'timeout: its host name could not be resolved within 0.4 s',
    });
    expect(poster.poster.openConnections).toBe(0);
  });

  it.each<[string, DnsReply, object]>([
    [
      'fail',
      'servfail',
      {
        phase: 'dns',
        code: 'dns_failed',
        error:
          'the URL has a host name that cannot be resolved just now (fail.example.com): its name servers answered SERVFAIL',
      },
    ],
    [
      'know nothing of it',
      'nxdomain',
      {
        phase: 'dns',
        code: 'host_not_found',
        error: 'the URL has a host name that does not resolve (know-nothing-of-it.example.com)',
      },
    ],
  ])('whose servers %s is told so', async (how, reply, failure) => {
    const name = `${how.replaceAll(' ', '-')}.example.com`;
    dns.set(name, reply);
    const result = await poster.post(urlOf(name));
    expect(result).toMatchObject({ delivered: false, statusCode: null, ...failure });
    expect(poster.poster.openConnections).toBe(0);
  });

  it('that is this machine is known where the operator allows private networks and names no servers', async () => {
    const local = testPoster({ WEBHOOK_ALLOW_CIDRS: '127.0.0.0/8,::1/128' });
    expect(await local.post(urlOf('localhost'))).toMatchObject({ delivered: true });
    local.poster.close();
  });

  it('that is this machine is known without asking anybody, and one that DNS does not know may be the system’s', async () => {
    const resolver = new HostResolver({ servers: [dns.address], hostsFile: true });
    const here4 = expect.arrayContaining([{ address: '127.0.0.1', family: 4 }]) as unknown;
    expect(await resolver.resolve('localhost')).toEqual(here4);
    expect(asked('localhost', 'A')).toBe(0);
    // No name at all, but the system takes it for one everywhere.
    expect(await resolver.resolve('127.1')).toEqual(here4);
    expect(asked('127.1', 'A')).toBe(1);
  });
});
