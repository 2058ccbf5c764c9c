import { isIP } from 'node:net';
import type { ProviderEvent } from '@qflow/contracts';
import type { EventDetails } from '../sends/announce.js';
import { shortened } from '../sends/shortened.js';

/** Characters of what others wrote and customer events repeat. */
const longest = 1_000;

const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? shortened(value, longest) : null;

/**
 * What a report tells beyond its type, for the customer events that it leads to. The address and the agent of an open
 * or click are SendGrid's own fields `ip` and `useragent` (event webhook reference); in other events `ip` is the
 * sending server's, which nobody needs.
 */
export function reportDetails({ type, reason, machine, url, raw }: ProviderEvent): EventDetails {
  const { ip, useragent } = raw;
  return {
    machine,
    url,
    reason: text(reason),
    // SendGrid's `blocked` is a refusal that may pass next time.
    bounceType: type === 'bounced' ? 'hard' : type === 'blocked' ? 'soft' : null,
    ip: typeof ip === 'string' && isIP(ip) ? ip : null,
    userAgent: text(useragent),
  };
}
