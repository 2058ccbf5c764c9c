/** What Web Risk says of a URL. */
export interface WebRiskVerdict {
  /** Lists that the URL is on, such as `MALWARE`; none for a safe one. */
  readonly threats: readonly string[];
  /** Milliseconds since 1970 until which the answer holds; null where it does not say. */
  readonly expires: number | null;
}

/**
 * The body of a 200 of `uris:search` (cloud.google.com/web-risk/docs/reference/rest/v1/uris/search): `{}` for a URL on
 * no list, otherwise `{threat: {threatTypes, expireTime}}`.
 * @returns undefined for anything else
 */
export function readAnswer(body: string): WebRiskVerdict | undefined {
  const answer = parse(body);
  if (!isObject(answer)) return undefined;
  const { threat = {} } = answer;
  if (!isObject(threat)) return undefined;
  const { threatTypes: threats = [], expireTime } = threat;
  if (!Array.isArray(threats) || !threats.every((type) => typeof type === 'string')) return undefined;
  const expires = typeof expireTime === 'string' ? Date.parse(expireTime) : NaN;
  return { threats, expires: Number.isNaN(expires) ? null : expires };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
