/** Schemes that a guest's own link may have. `javascript:`, `data:`, `vbscript:`, `file:` are not among them. */
const ALLOWED_SCHEMES = new Set(['http', 'https', 'mailto', 'tel', 'sms']);

/** Browsers drop these before and inside a scheme (WHATWG URL, "basic URL parser"). */
const IGNORED_IN_SCHEME = /[\s\p{Cc}]/gu;

/** Schemes that run what follows them. */
const SCRIPT_SCHEMES = new Set(['javascript', 'vbscript', 'data']);

/** Percent-encodes the colon after a scheme that is refused, which leaves a relative link that leads nowhere. */
function withoutScheme(url: string, isRefused: (scheme: string) => boolean): string {
  const end = url.search(/[:/?#]/);
  if (end === -1 || url[end] !== ':') return url;
  const scheme = url.slice(0, end).replace(IGNORED_IN_SCHEME, '').toLowerCase();
  return isRefused(scheme) ? `${url.slice(0, end)}%3A${url.slice(end + 1)}` : url;
}

/** A value that stands where a URL begins, without the power to choose any but the allowed schemes. */
export function neutraliseUrl(value: string): string {
  return withoutScheme(value.trim(), (scheme) => !ALLOWED_SCHEMES.has(scheme));
}

/** A value that might stand where a URL begins: it may begin with a word and a colon, but not with a script. */
export function neutraliseScript(value: string): string {
  return withoutScheme(value, (scheme) => SCRIPT_SCHEMES.has(scheme));
}

/** A value inside CSS or a script, without the characters that could end what it stands in, or begin a comment. */
export function neutraliseCode(value: string): string {
  return value.replace(/["'`()*;{}<>\\\n]/g, '');
}
