import type { Rule } from './rule.js';

const ALLOWED = new Set(['https:', 'http:', 'mailto:', 'tel:', 'sms:', 'cid:']);
const CODE = new Set(['javascript:', 'vbscript:', 'livescript:', 'mocha:']);
/** Formats of pictures that cannot hold code, unlike SVG. */
const PICTURE = /^data:image\/(?:gif|jpe?g|png|webp);base64,[a-z0-9+/=%\s]*$/i;
const maxPicture = 65_536;

/** Pages, mail, telephone, and parts of the e-mail itself; of `data:`, small pictures where a picture stands. */
export const allowedScheme: Rule = ({ url, written, place }) => {
  const scheme = url?.protocol ?? '';
  if (!url || ALLOWED.has(scheme)) return null;
  if (CODE.has(scheme)) return `"${scheme}" runs code instead of leading anywhere`;
  if (scheme !== 'data:')
    return `"${scheme}" may not be used in e-mails; https:, http:, mailto:, tel:, sms: and cid: may`;
  if (place === 'image' && PICTURE.test(written) && written.length <= maxPicture) return null;
  return '"data:" may only be a picture, in base64, as image/png, image/jpeg, image/gif or image/webp, of at most 64 KB';
};
