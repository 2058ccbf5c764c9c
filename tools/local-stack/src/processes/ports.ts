import { createHash, randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that systems hand out for outgoing connections (from 32768 on Linux, 49152 elsewhere). A service
 * comes back on its own port after a crash; from the ephemeral range, a connection could have taken it meanwhile.
 */
const RANGE = { first: 15_000, last: 31_999 };
const LOOPBACK = '127.0.0.1';

/** Whether a server can listen on this port, on the loopback and on every interface. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await canListen(port, LOOPBACK)) && (await canListen(port, '0.0.0.0'));
}

/**
 * A free port.
 * @param seed Where to look first: the same seed finds the same port again, as long as nobody else took it.
 * @param taken Ports that are spoken for although nobody listens on them yet.
 */
export async function freePort(seed?: string, taken: ReadonlySet<number> = new Set()): Promise<number> {
  const size = RANGE.last - RANGE.first + 1;
  const start = seed === undefined ? randomInt(size) : hash(seed) % size;
  for (let step = 0; step < size; step++) {
    const port = RANGE.first + ((start + step) % size);
    if (!taken.has(port) && (await isPortFree(port))) return port;
  }
  throw new Error(`No free port between ${RANGE.first} and ${RANGE.last}.`);
}

/** The given port, or the next free one above it. */
export async function freePortFrom(first: number): Promise<number> {
  for (let port = first; port <= 65_535; port++) {
    if (await isPortFree(port)) return port;
  }
  throw new Error(`No free port from ${first} on.`);
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      // EACCES: a port below 1024 is as good as taken for those who may not have it.
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function hash(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0);
}
