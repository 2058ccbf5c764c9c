import { CodedError } from '@qflow/contracts';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { UrlScanner } from '../url-scanner.js';
import { isWeb, type CheckedUrl } from '../urls/checked-url.js';
import { WebRiskClient, type WebRiskClientOptions } from './web-risk-client.js';

export interface WebRiskOptions extends WebRiskClientOptions {
  /** For all URLs of a template together: whoever saves it waits. */
  readonly timeoutMs: number;
  /** What becomes of a template whose URLs could not all be looked up. */
  readonly onFailure: 'allow' | 'refuse';
  readonly logger: Logger;
  /** Told of every URL. */
  readonly count: (outcome: 'safe' | 'threat' | 'cached' | 'failed') => void;
}

/** What each list means (cloud.google.com/web-risk/docs/reference/rest/v1/ThreatType). */
const WORDS: Readonly<Record<string, string>> = {
  MALWARE: 'spreading malware',
  SOCIAL_ENGINEERING: 'phishing',
  UNWANTED_SOFTWARE: 'spreading unwanted software',
};

const maxCached = 20_000;
/** Web Risk says how long a threat is one, but not how long a safe URL stays safe. */
const safeForMs = 300_000;
const retryAfterS = 30;

type Verdict = { readonly reason: string | null };

/** Asks Google Web Risk. Tokens in URLs are replaced by neutral words before, so that no guest's data leave. */
export class WebRiskScanner implements UrlScanner {
  private readonly client: WebRiskClient;
  private readonly cache = new LRUCache<string, Verdict>({ max: maxCached });

  constructor(private readonly options: WebRiskOptions) {
    this.client = new WebRiskClient(options);
  }

  /** @throws CodedError `unavailable` where some URLs could not be looked up and are to be refused then */
  async scan(urls: readonly CheckedUrl[]): Promise<(string | null)[]> {
    const keys = urls.map(keyOf);
    const distinct = [...new Set(keys)].filter((key) => key !== undefined);
    const signal = AbortSignal.timeout(this.options.timeoutMs);
    const failures: unknown[] = [];
    const verdicts = new Map<string, Verdict>();
    await Promise.all(
      distinct.map(async (key) => {
        try {
          verdicts.set(key, await this.look(key, signal));
        } catch (error) {
          failures.push(error);
          this.options.count('failed');
        }
      }),
    );
    const reasons = keys.map((key) => (key === undefined ? null : (verdicts.get(key)?.reason ?? null)));
    if (failures.length > 0) this.report(failures, distinct.length, reasons.some(Boolean));
    return reasons;
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  private async look(key: string, signal: AbortSignal): Promise<Verdict> {
    const cached = this.cache.get(key);
    if (cached) {
      this.options.count('cached');
      return cached;
    }
    const { threats, expires } = await this.client.lookUp(key, signal);
    const isThreat = threats.length > 0;
    this.options.count(isThreat ? 'threat' : 'safe');
    const known = threats.map((type) => WORDS[type] ?? 'being unsafe').join(' and ');
    const verdict = { reason: isThreat ? `Google Web Risk knows it for ${known}` : null };
    const ttl = isThreat ? (expires ?? 0) - Date.now() : safeForMs;
    // "Clients must not cache this response past this timestamp."
    if (ttl > 0) this.cache.set(key, verdict, { ttl });
    return verdict;
  }

  /** A threat that was found is answered whatever else could not be told. */
  private report(failures: readonly unknown[], of: number, hasThreat: boolean): void {
    const { logger, onFailure } = this.options;
    const problem = problemOf(failures[0]);
    logger.warn(
      { failed: failures.length, of, problem, onFailure },
      'Web Risk could not be asked about some URLs',
    );
    if (onFailure === 'refuse' && !hasThreat)
      throw new CodedError(
        'unavailable',
        'The URLs of the template cannot be checked right now. Nothing was saved.',
        {
          retryAfter: retryAfterS,
        },
      );
  }
}

function keyOf(checked: CheckedUrl): string | undefined {
  const { url, isPlatform, isLost } = checked;
  if (!url || isPlatform || isLost || !isWeb(checked)) return undefined;
  return url.href.split('#', 1)[0];
}

/** Codes and messages of ours only: those of others might hold the address, and with it the key. */
function problemOf(error: unknown): string {
  const { name, code, message } = error as Partial<NodeJS.ErrnoException>;
  if (name === 'TimeoutError') return 'no answer in time';
  return message?.startsWith('Web Risk') ? message : (code ?? name ?? 'unknown');
}
