/** Origins whose pages may read answers; `*` for any. */
export type AllowedOrigins = '*' | readonly string[];

/**
 * Reads `*`, or exact origins separated by commas. `null` is no origin here: any sandboxed page has it.
 * @throws Error
 */
export function readOrigins(setting: string): AllowedOrigins {
  if (setting === '*') return '*';
  const origins = setting
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  if (!origins.every(isOrigin)) throw new Error('not an origin');
  return origins;
}

/** Scheme, host and port, as a browser writes it in the `Origin` header (RFC 6454 §6.2): compared as it is. */
function isOrigin(text: string): boolean {
  // URL takes a * for part of a host name, and no browser will ever send it.
  if (text.includes('*') || !URL.canParse(text)) return false;
  const { protocol, origin } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && origin === text;
}
