import { createHash, timingSafeEqual } from 'node:crypto';

/** Where API management looks for it (Azure API Management, "Subscriptions": the names it uses by default). */
export const subscriptionHeader = 'Ocp-Apim-Subscription-Key';
export const subscriptionParameter = 'subscription-key';

const minLength = 16;

/**
 * Reads the setting: keys separated by commas. Several are for rotation: add the new one, move everybody, drop the old.
 * @throws Error where one is too short to be a secret
 */
export function readSubscriptionKeys(raw: string): string[] {
  const keys = raw.split(',').map((key) => key.trim());
  if (keys.some((key) => key.length < minLength)) throw new Error('too short');
  return keys;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether a key is one of these, in a time that tells nothing of how near it came. */
export function subscriptionCheck(keys: readonly string[]): (key: string) => boolean {
  const accepted = keys.map(digest);
  return (key) => {
    const given = digest(key);
    // All of them are looked at, whichever fits.
    return accepted.filter((one) => timingSafeEqual(one, given)).length > 0;
  };
}
