/** A header as `node:http`, Express, Fastify or Nest hand it over. */
export type HeaderValue = string | readonly string[] | null | undefined;

/** No genuine signature header comes near this: ten signatures during a rotation are under 1 KiB. */
const MAX_HEADER_LENGTH = 4096;

/**
 * The header as one string: lines of the same name are joined as RFC 9110 §5.3 says. `undefined` when it is
 * absent or blank, `null` when it is nothing a signature header can be (other type, absurd length).
 */
export function headerText(value: unknown, separator: ',' | ' '): string | undefined | null {
  if (value === undefined || value === null) return undefined;
  const text: unknown = Array.isArray(value) ? value.join(separator) : value;
  if (typeof text !== 'string' || text.length > MAX_HEADER_LENGTH) return null;
  return text.trim() === '' ? undefined : text;
}
