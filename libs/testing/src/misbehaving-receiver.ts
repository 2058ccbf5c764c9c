import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions, type TLSSocket } from 'node:tls';
import type { TestCertificate } from './certificates.js';

/** What a receiver does with a connection once a whole request is there; it owns the socket from then on. */
export type Misbehaviour = (socket: Socket, request: string) => void;

export interface MisbehavingReceiver {
  port: number;
  /** `http(s)://127.0.0.1:port/hook`; certificates hold names, so with TLS use a name that leads there. */
  url: string;
  /** Every request so far, as text. */
  readonly requests: readonly string[];
  /** The host names that TLS was opened for (SNI). */
  readonly serverNames: readonly string[];
  /** Connections that were ever made. */
  readonly connections: number;
  /** Bytes that went out, over all connections. */
  readonly bytesSent: number;
  /** Resolves once no connection is open any more, of which there has been at least one. */
  allClosed(): Promise<void>;
  close(): Promise<void>;
}

export interface MisbehavingOptions {
  /** Speaks TLS with this. */
  certificate?: TestCertificate;
  /** Besides the certificate. */
  tls?: TlsOptions;
  /** Called for every connection, before anything has arrived; a socket that it destroys is not read from. */
  onConnection?: (socket: Socket) => unknown;
}

/** A server on loopback that reads requests and answers in bytes, so that it can do everything wrong. */
export async function misbehavingReceiver(
  misbehave: Misbehaviour,
  { certificate, tls, onConnection }: MisbehavingOptions = {},
): Promise<MisbehavingReceiver> {
  const requests: string[] = [];
  const serverNames: string[] = [];
  const open = new Set<Socket>();
  const waiting = new Set<() => void>();
  let connections = 0;
  let bytesSent = 0;

  const serve = (socket: Socket): void => {
    let received = '';
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      if (!isWhole(received)) return;
      requests.push(received);
      const request = received;
      received = '';
      misbehave(socket, request);
    });
  };
  const server: Server = certificate
    ? createTlsServer({ ...certificate, ...tls }, serve)
    : createServer(serve);
  // Also of connections whose handshake never ends: those make no 'secureConnection'.
  server.on('connection', (socket: Socket) => {
    connections++;
    open.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      bytesSent += socket.bytesWritten;
      open.delete(socket);
      if (open.size === 0) waiting.forEach((resolve) => resolve());
    });
    onConnection?.(socket);
  });
  server.on('secureConnection', (socket: TLSSocket) => {
    socket.on('error', () => undefined);
    if (socket.servername) serverNames.push(socket.servername);
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    port,
    url: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}/hook`,
    requests,
    serverNames,
    get connections() {
      return connections;
    },
    get bytesSent() {
      return bytesSent;
    },
    async allClosed() {
      while (connections === 0 || open.size > 0)
        await new Promise<void>((resolve) => {
          waiting.add(resolve);
        });
    },
    async close() {
      open.forEach((socket) => socket.destroy());
      server.close();
      await once(server, 'close');
    },
  };
}

function isWhole(received: string): boolean {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = Number(/^content-length: (\d+)/im.exec(received)?.[1] ?? 0);
  return received.length >= end + 4 + length;
}

/** Writes a text as it is. */
export const says =
  (text: string): Misbehaviour =>
  (socket) =>
    void socket.write(text, 'latin1');

/** Writes a text and closes the connection. */
export const saysAndCloses =
  (text: string): Misbehaviour =>
  (socket) =>
    void socket.end(text, 'latin1');

/** Takes the request and keeps quiet. */
export const neverAnswers: Misbehaviour = () => undefined;

/** Resets the connection. */
export const resets: Misbehaviour = (socket) => void socket.resetAndDestroy();

/** Writes a text at once and then one byte now and again, for ever. */
export const drips =
  (atOnce: string, everyMs: number): Misbehaviour =>
  (socket) => {
    socket.write(atOnce, 'latin1');
    const timer = setInterval(() => socket.write('x'), everyMs);
    socket.once('close', () => clearInterval(timer));
  };

/** Writes a text and then `bytes` of a piece over and over, as fast as they are taken. */
export const floods =
  (atOnce: string, piece: string, bytes = 100 * 1024 * 1024): Misbehaviour =>
  (socket) => {
    socket.write(atOnce, 'latin1');
    const block = Buffer.from(piece.repeat(Math.ceil(65_536 / piece.length)), 'latin1');
    let left = bytes;
    const more = (): void => {
      while (left > 0 && !socket.destroyed) {
        left -= block.length;
        if (!socket.write(block)) return void socket.once('drain', more);
      }
      socket.end();
    };
    more();
  };
