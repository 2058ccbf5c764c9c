import { availableParallelism } from 'node:os';
import { argon2id, hash, verify } from 'argon2';
import { Slots } from './slots.js';

/** OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, 2 passes, 1 lane. */
const cost = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/**
 * A flood of logins takes at most 60 MiB and leaves a core for everything else; what waits is done within a few
 * seconds, and the rest is told to come back.
 */
const slots = new Slots({ running: Math.max(1, Math.min(3, availableParallelism() - 1)), waiting: 64 });

/** Cc, and U+FFFD: the mark a decoder leaves where the bytes were no text. */
const unusable = /[\p{Cc}\p{Cs}\uFFFD]/u;

/**
 * The same password, typed on any system: as `OpaqueString` of RFC 8265 §4.2.2 has it, other spaces become U+0020 and
 * characters are composed (NFC); letter case, width and compatibility forms stay. Of what that profile forbids, only
 * control characters are refused: emoji need the joiners and variation selectors it does not know.
 * @returns undefined for text that cannot be a password: empty, control characters, or broken Unicode
 */
export function normalPassword(typed: string): string | undefined {
  if (typed === '' || unusable.test(typed)) return undefined;
  return typed.replace(/\p{Zs}/gu, ' ').normalize('NFC');
}

/**
 * @param password any text that {@link normalPassword} takes
 * @returns argon2id in its encoded form, with salt and cost
 * @throws CodedError `unavailable` where too many wait
 */
export const hashPassword = (password: string): Promise<string> =>
  slots.run(() => hash(normalPassword(password) ?? '', cost));

let nobody: Promise<string> | undefined;

/** Made before the first login, which would otherwise take twice as long for a user who does not exist. */
export const prepareStandIn = (): Promise<string> => (nobody ??= hash('nobody has this password', cost));

/**
 * @param stored the user's hash, or undefined where there is no such user: that costs the same time, so that timing
 * does not tell which e-mail addresses have an account
 * @param admit called when its turn has come; what it throws is thrown, and nothing is computed
 * @throws CodedError `unavailable` where too many wait
 */
export async function passwordMatches(
  stored: string | undefined,
  password: string,
  admit: () => void = () => undefined,
): Promise<boolean> {
  const known = stored ?? (await prepareStandIn());
  const matches = await slots.run(() => {
    admit();
    return verify(known, normalPassword(password) ?? '');
  });
  return matches && stored !== undefined;
}
