import { createSecureContext, rootCertificates } from 'node:tls';
import type { WebhooksConfig } from '../config.js';
import type { Destinations } from '../destinations/destinations.js';
import { Connection } from './connection.js';

/**
 * Connections that are kept for the next request. They are kept by URL and not by host, so that on a host that many
 * accounts share nobody gets a connection that somebody else's endpoint has answered on.
 */
export class Connections {
  /** By URL; the first entry is the one that was used longest ago. */
  private readonly idle = new Map<string, Connection[]>();
  private readonly all = new Set<Connection>();
  private readonly secureContext;
  private idleCount = 0;

  /** @param maxIdle over all endpoints; of more, the one that was used longest ago is closed */
  constructor(
    private readonly destinations: Destinations,
    private readonly config: Pick<WebhooksConfig, 'WEBHOOK_CA_FILE' | 'WEBHOOK_CONNECTION_SECONDS'>,
    private readonly maxIdle = 2_000,
  ) {
    const { WEBHOOK_CA_FILE: own } = config;
    this.secureContext = createSecureContext(own.length > 0 ? { ca: [...rootCertificates, ...own] } : {});
  }

  /** Open ones and those that are being opened. */
  get size(): number {
    return this.all.size;
  }

  /** One that another request has left, if there is one that is still good. */
  takeIdle(url: Readonly<URL>): Connection | undefined {
    for (let next = this.pop(url.href); next; next = this.pop(url.href)) {
      if (next.usable && !this.isOld(next)) return next;
      next.close();
    }
    return undefined;
  }

  open(url: Readonly<URL>): Connection {
    const connection = new Connection(url, this.destinations, this.secureContext, () => {
      this.all.delete(connection);
      this.forget(url.href, connection);
    });
    this.all.add(connection);
    return connection;
  }

  /** Keeps it for the next request, unless it is not fit for one. */
  giveBack(url: Readonly<URL>, connection: Connection): void {
    if (!connection.usable || this.isOld(connection)) return connection.close();
    const kept = this.idle.get(url.href) ?? [];
    kept.push(connection);
    this.idle.delete(url.href);
    this.idle.set(url.href, kept);
    this.idleCount++;
    if (this.idleCount > this.maxIdle) this.idle.values().next().value?.[0]?.close();
  }

  close(): void {
    for (const connection of this.all) connection.close();
  }

  private isOld(connection: Connection): boolean {
    return performance.now() - connection.openedAt >= this.config.WEBHOOK_CONNECTION_SECONDS * 1_000;
  }

  /** The one that was used last: the others may go unused for so long that their receivers close them. */
  private pop(href: string): Connection | undefined {
    const kept = this.idle.get(href);
    const last = kept?.pop();
    if (last) this.idleCount--;
    if (kept?.length === 0) this.idle.delete(href);
    return last;
  }

  private forget(href: string, connection: Connection): void {
    const kept = this.idle.get(href) ?? [];
    const index = kept.indexOf(connection);
    if (index < 0) return;
    kept.splice(index, 1);
    this.idleCount--;
    if (kept.length === 0) this.idle.delete(href);
  }
}
