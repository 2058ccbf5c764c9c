import { randomBytes } from 'node:crypto';
import { STANDARD_SECRET_PREFIX } from '../standard/standard-secret.js';

/** The wire formats that are signed with a shared secret. */
export type SecretFormat = 'qflow' | 'standard' | 'sendcomms' | 'emailflow';

/** 256 bits: as strong as the HMAC they key. */
const SECRET_BYTES = 32;

/**
 * A new secret in the form its format's own page shows:
 * `qflow` and `emailflow` 64 lower-case hex; `standard` `whsec_` + base64; `sendcomms` `whsec_` + hex.
 */
export function mintSecret(format: SecretFormat): string {
  const random = randomBytes(SECRET_BYTES);
  switch (format) {
    case 'qflow':
    case 'emailflow':
      return random.toString('hex');
    case 'standard':
      return STANDARD_SECRET_PREFIX + random.toString('base64');
    case 'sendcomms':
      return `whsec_${random.toString('hex')}`;
  }
}
