import { CodedError } from '@qflow/contracts';
import { decrypt, keyIdOf, KeyRingError, type KeyRing } from '@qflow/persistence';

/**
 * Something secret of a subscription that cannot be decrypted: its key is missing from WEBHOOK_SECRET_KEYS, or is not
 * the one that it was. Nothing can be signed until an operator puts that right, and no try is lost meanwhile that the
 * endpoint could have answered. The message, for the log, names the key and holds nothing of what is stored; callers
 * are told `unavailable`.
 */
export class SecretUnreadable extends CodedError {
  constructor(
    readonly subscriptionId: string,
    /** The key that wrote it; null where that is not even told. */
    readonly keyId: string | null,
    reason: string,
  ) {
    super(
      'unavailable',
      'What is stored of this webhook cannot be read just now. Whoever runs this service finds the reason in its log.',
      { retryAfter: 60 },
    );
    this.name = 'SecretUnreadable';
    this.message = `a secret of webhook ${subscriptionId} cannot be read: ${reason}`;
  }
}

/** @throws SecretUnreadable */
export function openSecret(keys: KeyRing, subscriptionId: string, stored: string): string {
  let keyId: string | null = null;
  try {
    keyId = keyIdOf(stored);
    return decrypt(keys, stored);
  } catch (error) {
    const reason =
      error instanceof KeyRingError
        ? `${error.message} (WEBHOOK_SECRET_KEYS)`
        : `key ${keyId} is not the one that wrote it, or it was altered`;
    throw new SecretUnreadable(subscriptionId, keyId, reason);
  }
}
