import type { AttemptPhase } from '@qflow/contracts';

/** Names of the ways in which a destination is refused, with the phase of an attempt that each one ends in. */
const phases = {
  url_invalid: 'check',
  scheme_not_allowed: 'check',
  credentials_not_allowed: 'check',
  port_not_allowed: 'check',
  host_not_allowed: 'check',
  address_not_allowed: 'check',
  host_not_found: 'dns',
  dns_timeout: 'dns',
  dns_failed: 'dns',
} as const satisfies Record<string, AttemptPhase>;

export type RefusalCode = keyof typeof phases;

/**
 * Why a request may not go where it was to go. `code` is stable; the message is for the person who set the URL and
 * goes on after "the URL", such as "must start with https://".
 */
export class DestinationRefused extends Error {
  constructor(
    readonly code: RefusalCode,
    message: string,
  ) {
    super(message);
    this.name = 'DestinationRefused';
  }

  get phase(): AttemptPhase {
    return phases[this.code];
  }
}
