import type { CheckedUrl } from './urls/checked-url.js';

/** What a scanner may want to know of the template that the URLs are from. */
export interface ScannedTemplate {
  /** Domains of the addresses that it is sent from and answered to. */
  readonly ownDomains: readonly string[];
}

/**
 * Tells safe URLs from unsafe ones. Scanners are asked one after the other; whoever comes later is not asked about
 * URLs that are known to be unsafe.
 */
export interface UrlScanner {
  /**
   * @returns for each URL, in their order, why it is unsafe: words for the author of the template; null for a safe one
   * @throws CodedError `unavailable` where it cannot tell, and is not to pass what it cannot tell
   */
  scan(urls: readonly CheckedUrl[], template: ScannedTemplate): Promise<(string | null)[]>;
}
