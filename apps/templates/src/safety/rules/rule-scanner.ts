import type { ScannedTemplate, UrlScanner } from '../url-scanner.js';
import type { CheckedUrl } from '../urls/checked-url.js';
import { allowedScheme } from './allowed-scheme.js';
import { boundedLength } from './bounded-length.js';
import { honestText } from './honest-text.js';
import { knownTarget } from './known-target.js';
import { namedHost } from './named-host.js';
import { noCredentials } from './no-credentials.js';
import { noImpostor } from './no-impostor.js';
import { noRefresh } from './no-refresh.js';
import { oneScript } from './one-script.js';
import { plainForm } from './plain-form.js';
import { publicHost } from './public-host.js';
import type { Rule } from './rule.js';
import { undisguisedHost } from './undisguised-host.js';
import { validHost } from './valid-host.js';

/** In the order in which they are asked: the first that finds something wrong gives the reason. */
const RULES: readonly Rule[] = [
  knownTarget,
  allowedScheme,
  plainForm,
  noCredentials,
  undisguisedHost,
  validHost,
  namedHost,
  publicHost,
  oneScript,
  noImpostor,
  honestText,
  noRefresh,
  boundedLength,
];

/** What can be told by looking at a URL alone. */
export class RuleScanner implements UrlScanner {
  async scan(urls: readonly CheckedUrl[], template: ScannedTemplate): Promise<(string | null)[]> {
    return urls.map((url) => {
      const rules = url.isPlatform ? [noRefresh] : url.isLost ? [knownTarget, noRefresh] : RULES;
      for (const rule of rules) {
        const reason = rule(url, template);
        if (reason !== null) return reason;
      }
      return null;
    });
  }
}
