/**
 * Announcements that something cached elsewhere has changed. They go over core NATS and may be lost: every cache
 * that listens also forgets by age, so a lost one heals within seconds.
 */
export const changeSubjects = {
  /** Body: {@link EventChanged}. */
  event: 'comms.change.event',
  /** Body: {@link TemplateChanged}. */
  template: 'comms.change.template',
  /** Body: {@link SubscriptionsChanged}. */
  subscriptions: 'comms.change.subscriptions',
  /** Body: {@link LoginsRevoked}. */
  logins: 'comms.change.logins',
  /** Body: {@link KeysRevoked}. */
  keys: 'comms.change.keys',
} as const;

export interface EventChanged {
  accountId: string;
  eventId: string;
}

export interface TemplateChanged {
  accountId: string;
  templateId: string;
}

export interface SubscriptionsChanged {
  accountId: string;
}

/** API keys or operators' keys that hold no longer. */
export interface KeysRevoked {
  /** SHA-256 of each key, in hexadecimal: the keys themselves are nowhere stored. */
  hashes: string[];
}

/** Logins, or single access tokens, that were ended before they expired. */
export interface LoginsRevoked {
  revocations: {
    /** `sid` or `jti` of the access tokens that hold no longer. */
    id: string;
    /** Milliseconds since 1970: when the last of these tokens has expired anyway. */
    expiresAt: number;
  }[];
}
