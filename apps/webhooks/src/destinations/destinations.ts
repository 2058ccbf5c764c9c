import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { WEBHOOKS_CONFIG, type WebhooksConfig } from '../config.js';
import { checkAddress } from './check-address.js';
import { bareHost, checkUrl } from './check-url.js';
import { HostResolver } from './host-resolver.js';

/** URLs remembered to have passed their check. */
const maxPassed = 10_000;

/** Where requests may go: one judgement, at registration and at every attempt. */
@Injectable()
export class Destinations {
  private readonly resolver: HostResolver;
  /** URLs that have passed, by their text: what they show by themselves stays the same as long as this process lives. */
  private readonly passed = new LRUCache<string, URL>({ max: maxPassed });

  constructor(@Inject(WEBHOOKS_CONFIG) private readonly config: WebhooksConfig) {
    this.resolver = new HostResolver({
      servers: config.WEBHOOK_DNS_SERVERS,
      hostsFile: config.WEBHOOK_DNS_SERVERS.length === 0 && config.WEBHOOK_ALLOW_CIDRS.length > 0,
    });
  }

  /**
   * The check at registration: the URL's own form, and where its name leads just now.
   * @throws DestinationRefused
   */
  async check(text: string): Promise<URL> {
    const url = this.checkUrl(text);
    await this.addressesOf(url);
    return url;
  }

  /**
   * Everything that a URL shows by itself, without asking anyone.
   * @returns a URL that others have as well, so not to be changed
   * @throws DestinationRefused
   */
  checkUrl(text: string): Readonly<URL> {
    const passed = this.passed.get(text);
    if (passed) return passed;
    const url = checkUrl(text, this.config.WEBHOOK_ALLOW_CIDRS);
    this.passed.set(text, url);
    return url;
  }

  /**
   * Every address of a checked URL, each of them vetted: one that is not allowed refuses the name as a whole. Whoever
   * connects must connect to one of these, and not resolve the name again: it may have changed its mind.
   * @throws DestinationRefused
   */
  async addressesOf(url: Readonly<URL>): Promise<LookupAddress[]> {
    const host = bareHost(url);
    const family = isIP(host);
    const addresses = family ? [{ address: host, family }] : await this.resolver.resolve(host);
    for (const { address } of addresses)
      checkAddress(address, url.protocol, this.config.WEBHOOK_ALLOW_CIDRS, family ? undefined : host);
    return addresses;
  }

  /** Ends the questions to name servers that are under way: when no attempt is any more. */
  close(): void {
    this.resolver.close();
  }
}
