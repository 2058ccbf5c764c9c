import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort, freePortFrom, isPortFree } from './ports.js';

let occupant: Server;
let taken: number;

beforeEach(async () => {
  occupant = createServer().listen(await freePort(), '127.0.0.1');
  await once(occupant, 'listening');
  taken = (occupant.address() as AddressInfo).port;
});

afterEach(() => void occupant.close());

describe('ports', () => {
  it('sees that a port is taken', async () => {
    expect(await isPortFree(taken)).toBe(false);
    expect(await freePortFrom(taken)).toBeGreaterThan(taken);
  });

  it('finds the same port for the same seed, unless it is spoken for', async () => {
    const port = await freePort('some stack');
    expect(await freePort('some stack')).toBe(port);
    expect(await freePort('some stack', new Set([port]))).not.toBe(port);
  });

  it('stays clear of the ports of outgoing connections', async () => {
    const port = await freePort();
    expect(port).toBeGreaterThanOrEqual(15_000);
    expect(port).toBeLessThan(32_768);
  });
});
