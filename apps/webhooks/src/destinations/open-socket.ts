import type { LookupAddress } from 'node:dns';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import { bareHost } from './check-url.js';

export interface OpenSocket {
  /** Checked; with its name go server name indication and the certificate's check. */
  url: Readonly<URL>;
  /** Vetted: the socket connects to one of these and to nothing else. */
  addresses: readonly LookupAddress[];
  secureContext: SecureContext;
  /** Ends the attempt to connect. */
  signal: AbortSignal;
  /** Called when TCP is there and the TLS handshake begins. */
  onHandshake(): void;
}

/** How long one of several addresses may take before the next one is tried, ms: a slow one is not an absent one. */
const nextAddressMs = 1_500;

/**
 * Connects to a vetted address, with TLS where the URL says so. Rejects with the socket's error, or with the signal's
 * reason. Nothing is left open where it rejects.
 */
export async function openSocket({ url, addresses, signal, ...options }: OpenSocket): Promise<Socket> {
  const host = bareHost(url);
  const secure = url.protocol === 'https:';
  const target = {
    host,
    port: Number(url.port || (secure ? 443 : 80)),
    lookup: pinnedTo(addresses),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: nextAddressMs,
    noDelay: true,
  };
  const socket = secure
    ? connectTls({
        ...target,
        // RFC 6066 §3: a name without its final dot, and never an address.
        servername: isIP(host) ? '' : host.replace(/\.$/, ''),
        secureContext: options.secureContext,
        ALPNProtocols: ['http/1.1'],
      }).once('connect', () => options.onHandshake())
    : connect(target);
  await ready(socket, secure ? 'secureConnect' : 'connect', signal);
  return socket;
}

const pinnedTo =
  (addresses: readonly LookupAddress[]): LookupFunction =>
  (_host, { all }, callback) =>
    all ? callback(null, [...addresses]) : callback(null, addresses[0]?.address ?? '', addresses[0]?.family);

const ready = (socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const abort = (): void => void socket.destroy(signal.reason as Error);
    const settle = (how: () => void) => () => {
      signal.removeEventListener('abort', abort);
      how();
    };
    socket.once(event, settle(resolve));
    socket.on('error', (error) => settle(() => reject(error))());
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });
