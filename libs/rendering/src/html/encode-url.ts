/** All but noncharacters, which mean nothing in a URL, and with which whoever looks for URLs marks values. */
const EACH_STRETCH = /[^\ufdd0-\ufdef]+/gu;

/** Filters could have cut a character of two halves in half, and encoding that would throw. */
const encoded = (value: string, encode: (stretch: string) => string): string =>
  value.replace(/\p{Cs}/gu, '\ufffd').replace(EACH_STRETCH, (stretch) => encode(stretch));

/** What no URL holds as it is, and what browsers take for a slash. */
const UNSAFE = /[\s"<>\\^`{|}\p{Cc}]/gu;

/** A whole URL, or its beginning: what would end it early is percent-encoded, everything else is left to it. */
export const encodeWhole = (value: string): string => value.replace(UNSAFE, encodeURIComponent);

/** Something after the host and before the query: keeps its slashes, and what is percent-encoded already. */
export const encodePath = (value: string): string =>
  encoded(value, encodeURI).replace(/%25(?=[\da-f]{2})/gi, '%');

/** The value of a parameter, or a fragment: nothing in it separates anything. */
export const encodeQuery = (value: string): string => encoded(value, encodeURIComponent);

/** The same for a value that may have been through `url_encode` on its way. */
export const encodeQueryOnce = (value: string): string =>
  /%[\da-f]{2}/i.test(value) && /^(?:[\w.~!*'()+-]|%[\da-f]{2})*$/i.test(value) ? value : encodeQuery(value);

/** An address in a list of them (`srcset`), where commas and blanks separate. */
export const encodeListed = (value: string): string => encodeWhole(value).replaceAll(',', '%2C');
