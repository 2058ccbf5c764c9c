/** Schemes that a guest's own link may have. `javascript:`, `data:`, `vbscript:`, `file:` are not among them. */
const ALLOWED_SCHEMES = new Set(['http', 'https', 'mailto', 'tel', 'sms']);

/** Browsers drop these before and inside a scheme (WHATWG URL, "basic URL parser"). */
const IGNORED_IN_SCHEME = /[\s\p{Cc}]/gu;

/**
 * A value that stands where a URL begins, without the power to choose a dangerous scheme: the colon of any but
 * the allowed ones is percent-encoded, which leaves a relative link that leads nowhere.
 */
export function neutraliseUrl(value: string): string {
  const url = value.trim();
  const end = url.search(/[:/?#]/);
  if (end === -1 || url[end] !== ':') return url;
  const scheme = url.slice(0, end).replace(IGNORED_IN_SCHEME, '').toLowerCase();
  return ALLOWED_SCHEMES.has(scheme) ? url : `${url.slice(0, end)}%3A${url.slice(end + 1)}`;
}

/** A value inside CSS or a script, without the characters that could end what it stands in. */
export function neutraliseCode(value: string): string {
  return value.replace(/["'`();{}<>\\\n]/g, '');
}
