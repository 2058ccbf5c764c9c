import { createHash } from 'node:crypto';
import { Html, markup } from './html.js';

/**
 * Readable on a phone, in the dark and with large type. Buttons are big enough for a thumb (WCAG 2.2, 2.5.5) and all
 * colours contrast by 4.5 : 1 at least (1.4.3); names without a space break rather than widen the page, and what is
 * `whole` moves to the next line before it breaks.
 */
const style = `
:root { color-scheme: light dark; --page: #f4f5f7; --card: #fff; --text: #1a1d23; --soft: #565d6b; --line: #d5d9e0;
  --action: #1d4ed8; --on-action: #fff; --note: #e6f4ea; --on-note: #14532d; --focus: #b45309 }
@media (prefers-color-scheme: dark) {
  :root { --page: #101216; --card: #1b1e24; --text: #f1f3f6; --soft: #a9b1bf; --line: #3b414c;
    --action: #93b4fd; --on-action: #0b1220; --note: #16301f; --on-note: #b7e4c4; --focus: #fbbf24 }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--text); font: 1.0625rem/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere }
main { max-width: 30rem; margin: 0 auto; padding: max(1rem, 6vh) 1rem 2rem }
article { padding: 1.75rem 1.5rem; background: var(--card); border: 1px solid var(--line); border-radius: 1rem }
h1 { margin: 0 0 .75rem; font-size: 1.625rem; line-height: 1.25 }
p { margin: 0 0 .75rem }
.whole { display: inline-block; max-width: 100% }
.soft { color: var(--soft); font-size: .9375rem }
.question { margin: 1.5rem 0 1rem; padding-top: 1.5rem; border-top: 1px solid var(--line); font-size: 1.1875rem;
  font-weight: 600 }
.note { margin: 1.5rem 0 1rem; padding: .875rem 1rem; border-radius: .625rem; background: var(--note);
  color: var(--on-note); font-weight: 600 }
form { margin: .75rem 0 0 }
button { width: 100%; min-height: 3.25rem; padding: .625rem 1rem; border: 2px solid var(--action);
  border-radius: .625rem; background: var(--action); color: var(--on-action); font: inherit; font-weight: 600;
  cursor: pointer }
.other { background: none; color: var(--action) }
button:focus-visible, a:focus-visible { outline: 3px solid var(--focus); outline-offset: 3px }
a { color: var(--action) }
`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** No scripts, nothing from elsewhere, not inside another page; and the signed address leaks to nobody. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Language': 'en',
  'Content-Security-Policy': [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    // The empty icon of the page itself, which keeps browsers from asking for /favicon.ico.
    'img-src data:',
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Robots-Tag': 'noindex, nofollow',
  'Cache-Control': 'no-store',
};

/** A whole page. */
export const page = (title: string, body: Html): string =>
  markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Html(style)}</style>
</head>
<body>
<main>
<article>
<h1><bdi>${title}</bdi></h1>
${body}
</article>
</main>
</body>
</html>
`.source;
