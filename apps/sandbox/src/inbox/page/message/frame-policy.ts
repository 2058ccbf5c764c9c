import { MAIL_POLICY } from '../../mail-html.js';

/** Like {@link MAIL_POLICY}, but nothing is loaded from anywhere: nobody learns that the mail was looked at. */
const QUIET_POLICY = [
  'sandbox allow-popups allow-popups-to-escape-sandbox',
  "default-src 'none'",
  'img-src data:',
  "style-src 'unsafe-inline'",
  'font-src data:',
  "frame-ancestors 'self'",
].join('; ');

/** @param remote whether the mail may load images, stylesheets and fonts from elsewhere */
export const framePolicy = (remote: boolean): string => (remote ? MAIL_POLICY : QUIET_POLICY);
