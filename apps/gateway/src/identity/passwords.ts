import { argon2id, hash, verify } from 'argon2';

/** OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, 2 passes, 1 lane. Four at once (libuv's pool) stay under 80 MiB. */
const cost = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** @returns argon2id in its encoded form, with salt and cost */
export const hashPassword = (password: string): Promise<string> => hash(password, cost);

let nobody: Promise<string> | undefined;

/**
 * @param stored the user's hash, or undefined where there is no such user: that costs the same time, so that timing
 * does not tell which e-mail addresses have an account
 */
export async function passwordMatches(stored: string | undefined, password: string): Promise<boolean> {
  nobody ??= hashPassword('nobody has this password');
  const matches = await verify(stored ?? (await nobody), password);
  return matches && stored !== undefined;
}
