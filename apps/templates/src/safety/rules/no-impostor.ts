import { getDomainWithoutSuffix } from 'tldts';
import { isWeb } from '../urls/checked-url.js';
import { looksLatin, skeleton } from './look-alikes.js';
import type { Rule } from './rule.js';
import { isAscii, labelsOf, scriptsOf } from './scripts.js';

/** Names that are imitated most. */
const BRANDS = (
  'adobe airbnb amazon amex apple barclays binance booking chase citibank coinbase dhl docusign dropbox ebay eventbrite ' +
  'facebook fedex github google hsbc icloud instagram linkedin lloyds mastercard metamask microsoft natwest netflix ' +
  'office outlook paypal qflow revolut santander spotify stripe telegram ticketmaster twitter ups usps visa wellsfargo ' +
  'whatsapp wise yahoo youtube zoom'
).split(' ');

/** Top-level domains in Latin letters under which names in other scripts are at home. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  Armenian: ['am'],
  Cyrillic: ['bg', 'by', 'kz', 'mk', 'mn', 'rs', 'ru', 'su', 'ua', 'uz'],
  Greek: ['cy', 'gr'],
};

/**
 * Names in other letters that look like a name in Latin ones: of the sender, of a brand, or of anyone, where a whole
 * name in another script could be Latin. Names in plain letters (`paypa1.com`) are not compared: honest ones are near
 * to each other too.
 */
export const noImpostor: Rule = (checked, { ownDomains }) => {
  if (!isWeb(checked)) return null;
  const labels = labelsOf(checked);
  const top = labels.at(-1) ?? '';
  const names = new Set([...BRANDS, ...ownDomains.map((domain) => getDomainWithoutSuffix(domain) ?? domain)]);
  for (const label of labels) {
    if (isAscii(label)) continue;
    const name = skeleton(label);
    if (names.has(name)) return `"${label}" in its host imitates "${name}"`;
    const [script = ''] = scriptsOf(label);
    const isForeign = isAscii(top) && script !== 'Latin' && !HOMES[script]?.includes(top);
    if (isForeign && looksLatin(label))
      return `"${label}" in its host consists of ${script} letters that look like "${name}"`;
  }
  return null;
};
