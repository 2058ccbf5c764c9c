/** What goes wrong with one call of `POST /v3/mail/send`. */
export type SendFault =
  /** Answered 429; nothing was accepted. */
  | { kind: 'rate-limited'; resetSeconds: number }
  /** Answered 500; nothing was accepted. */
  | { kind: 'server-error' }
  /** Answered with this status; nothing was accepted. Without a body it has what SendGrid says with the status. */
  | { kind: 'status'; status: number; body?: unknown }
  /** The answer, whatever it is, comes late. */
  | { kind: 'slow'; delayMs: number }
  /** Never answered; the connection is closed at last. */
  | { kind: 'timeout-before-accept' | 'timeout-after-accept'; delayMs: number }
  /** The connection is reset at once. */
  | { kind: 'reset-before-accept' | 'reset-after-accept' };

export type SendFaultKind = SendFault['kind'];

/** Longer than any sensible client waits. */
export const LONGEST_DELAY_MS = 120_000;
