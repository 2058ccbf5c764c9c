import { SAMPLE_MERGE_DATA, type MergeData } from '@qflow/rendering';
import type { Unknowns } from './liquid/unknowns.js';

/** A guest whose every value is a mark, so that it is seen where it ends up: URLs are found around it. */
export function markedGuest(unknowns: Unknowns, source: string): MergeData {
  const mark = (token: string): string => unknowns.mark('guest', `{{${token}}}`);
  const fields = Array.from(source.matchAll(/\bv_([\w-]+)/gi), ([, key = '']) => [key, mark(`V_${key}`)]);
  return {
    guest: {
      firstName: mark('firstname'),
      otherNames: mark('othernames'),
      lastName: mark('lastname'),
      email: mark('email'),
      barcode: mark('barcode'),
      plusOnes: 2,
      additionalInfo: mark('guestnotes'),
      tags: `{tickettype}${mark('tickets')},{session}${mark('sessions')},${mark('tags')}`,
      customFields: Object.fromEntries(fields) as Record<string, string>,
    },
    event: { ...SAMPLE_MERGE_DATA.event, title: mark('event'), companyName: mark('companyname') },
    links: platformLinks(unknowns),
  };
}

/** A guest of whom nothing is known but what every guest has: the other branches of a template are for this one. */
export const blankGuest = (unknowns: Unknowns): MergeData => ({
  guest: {
    firstName: '',
    otherNames: '',
    lastName: '',
    email: unknowns.mark('guest', '{{email}}'),
    barcode: unknowns.mark('guest', '{{barcode}}'),
    plusOnes: 0,
    additionalInfo: '',
    tags: '',
    customFields: {},
  },
  event: { ...SAMPLE_MERGE_DATA.event, title: unknowns.mark('guest', '{{event}}'), companyName: '' },
  links: platformLinks(unknowns),
});

const platformLinks = (unknowns: Unknowns): MergeData['links'] => ({
  barcodeQrUrl: unknowns.mark('platform', '{{barcode_qr}}'),
  rsvpYesUrl: unknowns.mark('platform', '{{rsvplink_yes}}'),
  rsvpNoUrl: unknowns.mark('platform', '{{rsvplink_no}}'),
  unsubscribeUrl: unknowns.mark('platform', '{{unsubscribe_link}}'),
});
