import { CodedError, type UnsafeUrl } from '@qflow/contracts';
import type { CompiledTemplate } from '@qflow/rendering';
import { findUrls, type View } from './find-urls.js';
import { maxUrls } from './markup/findings.js';
import type { ScannedTemplate, UrlScanner } from './url-scanner.js';
import { readUrl, type CheckedUrl } from './urls/checked-url.js';

/** What is looked at of a template that is to be saved. */
export interface SubmittedTemplate {
  readonly subject: string;
  readonly html: string;
  readonly fromAddress: string;
  readonly replyTo: string | null;
}

/** URLs in one answer at the most, and characters of each: an author corrects these and saves again. */
const maxAnswered = 50;
const maxShown = 300;
const maxWarnings = 10;

/** The URL safety scan (integrator guide, "URL safety scanning"). */
export class TemplateSafety {
  /**
   * @param scanners in the order in which they are asked
   * @param onUnsafe told of every template that is refused
   */
  constructor(
    private readonly scanners: readonly UrlScanner[],
    private readonly onUnsafe: (urls: readonly UnsafeUrl[]) => void = () => undefined,
  ) {}

  /**
   * Finds every URL of a template and has it looked at.
   * @param compiled of this very template
   * @returns warnings for the author: URLs that are harmless, but lead nowhere in an e-mail
   * @throws CodedError `spam_check_failed` with every URL that is unsafe, and why; `unavailable` where a scanner that
   *   must be asked cannot be
   */
  async check(template: SubmittedTemplate, compiled: CompiledTemplate): Promise<string[]> {
    const scanned: ScannedTemplate = {
      ownDomains: [template.fromAddress, template.replyTo ?? ''].map(domainOf).filter(Boolean),
    };
    const warnings: string[] = [];
    for (const view of findUrls(template, compiled)) {
      const urls = readAll(view);
      const unsafe = [...obstaclesOf(view), ...(await this.scan(urls, scanned))];
      if (unsafe.length > 0) {
        this.onUnsafe(unsafe);
        throw refusal(unsafe);
      }
      warnings.push(...warningsOf(urls));
    }
    return warnings;
  }

  private async scan(urls: readonly CheckedUrl[], template: ScannedTemplate): Promise<UnsafeUrl[]> {
    const reasons = new Map<CheckedUrl, string>();
    for (const scanner of this.scanners) {
      const open = urls.filter((url) => !reasons.has(url));
      const found = await scanner.scan(open, template);
      for (const [index, url] of open.entries()) {
        const reason = found[index];
        if (reason) reasons.set(url, reason);
      }
    }
    // In the order of the template.
    return urls.flatMap((url) => {
      const reason = reasons.get(url);
      return reason === undefined ? [] : [{ url: url.shown, reason }];
    });
  }
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();

function readAll({ urls, unknowns }: View): CheckedUrl[] {
  const base = urls.find(({ place }) => place === 'base')?.url ?? '';
  return urls.slice(0, maxUrls).map((url) =>
    readUrl(
      url,
      unknowns,
      unknowns.replace(base, () => 'token'),
    ),
  );
}

function obstaclesOf({ urls, obstacles, unknowns }: View): UnsafeUrl[] {
  const found = obstacles.map(({ source, reason }) => ({ url: source, reason }));
  const tooMany = urls[maxUrls];
  if (!tooMany) return found;
  const reason = `it is one too many: a template may hold at most ${maxUrls} different URLs`;
  return [...found, { url: unknowns.show(tooMany.url), reason }];
}

function warningsOf(urls: readonly CheckedUrl[]): string[] {
  const lost = urls.filter(
    ({ form, isLost, place, shown }) =>
      (form === 'bare' && place !== 'text') || (isLost && !/^(?:#|$)/.test(shown)),
  );
  return [...new Set(lost.map(({ shown }) => shown))]
    .slice(0, maxWarnings)
    .map((shown) => `"${shorten(shown)}" has no scheme and host: it leads nowhere in an e-mail.`);
}

function refusal(unsafe: readonly UnsafeUrl[]): CodedError {
  const urls = new Map<string, UnsafeUrl>();
  for (const { url, reason } of unsafe) {
    const shown = shorten(url);
    if (!urls.has(shown)) urls.set(shown, { url: shown, reason });
  }
  const listed = [...urls.values()].slice(0, maxAnswered);
  const count = urls.size === 1 ? 'an unsafe URL' : `${urls.size} unsafe URLs`;
  const rest = urls.size > maxAnswered ? `, of which ${maxAnswered} are listed` : '';
  return new CodedError('spam_check_failed', `The template was not saved: it holds ${count}${rest}.`, {
    urls: listed,
  });
}

const shorten = (text: string): string => (text.length > maxShown ? `${text.slice(0, maxShown - 1)}…` : text);
