import { decodeBase64, STANDARD_SECRET_PREFIX } from '../standard/standard-secret.js';
import type { SecretFormat } from './mint-secret.js';

/** Why a secret that a caller chose is refused; `message` completes "secret …" for an error answer. */
export interface WeakSecret {
  readonly ok: false;
  readonly reason: 'too_short' | 'too_long' | 'unprintable' | 'too_repetitive' | 'not_standard_form';
  readonly message: string;
}

/** `ok: true`, or the first thing that is wrong with a secret. */
export type SecretStrength = { readonly ok: true } | WeakSecret;

const MIN_LENGTH = 16;
const MAX_LENGTH = 256;
/** Below this many different characters no 16-character text was drawn at random, in hex neither. */
const MIN_DISTINCT = 6;

/** Bytes of key in a Standard Webhooks secret (specification 1.0.0, "Signature scheme"). */
const STANDARD_MIN_BYTES = 24;
const STANDARD_MAX_BYTES = 64;

const weak = (reason: WeakSecret['reason'], message: string): WeakSecret => ({ ok: false, reason, message });

/** Printable ASCII without blanks: what every platform turns into the same key bytes and no paste damages. */
function isPrintable(secret: string): boolean {
  for (let i = 0; i < secret.length; i++) {
    const code = secret.charCodeAt(i);
    if (code <= 32 || code >= 127) return false;
  }
  return true;
}

function checkStandardForm(secret: string): SecretStrength {
  const key = secret.startsWith(STANDARD_SECRET_PREFIX)
    ? decodeBase64(secret.slice(STANDARD_SECRET_PREFIX.length))
    : undefined;
  return key && key.length >= STANDARD_MIN_BYTES && key.length <= STANDARD_MAX_BYTES
    ? { ok: true }
    : weak('not_standard_form', 'must be "whsec_" followed by the base64 of 24 to 64 random bytes');
}

/**
 * Whether a secret that a caller chose is fit to sign with. Minted ones always pass. It is a guard against
 * accidents (`test`, `aaaaaaaaaaaaaaaa`, a pasted line break), not a measure of entropy.
 */
export function checkSecretStrength(format: SecretFormat, secret: string): SecretStrength {
  if (secret.length < MIN_LENGTH) return weak('too_short', `must have at least ${MIN_LENGTH} characters`);
  if (secret.length > MAX_LENGTH) return weak('too_long', `must have at most ${MAX_LENGTH} characters`);
  if (!isPrintable(secret)) {
    return weak('unprintable', 'must consist of printable ASCII characters without blanks');
  }
  if (new Set(secret).size < MIN_DISTINCT) {
    return weak('too_repetitive', `must have at least ${MIN_DISTINCT} different characters`);
  }
  return format === 'standard' ? checkStandardForm(secret) : { ok: true };
}
