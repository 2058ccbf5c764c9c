/**
 * One secret, or several during a rotation: **newest first**, as in a key ring. A request is signed with all
 * of them and accepted with any of them.
 */
export type SigningSecrets =
  | { readonly secret: string; readonly secrets?: undefined }
  | { readonly secret?: undefined; readonly secrets: readonly string[] };

/**
 * The secrets as a list.
 *
 * @throws TypeError when there is none, or an empty one. That is a mistake in the caller's configuration, and
 * a dangerous one: anybody can compute an HMAC under the empty key.
 */
export function secretList(input: SigningSecrets): readonly string[] {
  const secrets: unknown = input.secrets ?? [input.secret];
  // From plain JavaScript a string may arrive here, and each of its letters would pass for a secret.
  if (!Array.isArray(secrets)) throw new TypeError('secrets must be a list of strings');
  if (secrets.length === 0) throw new TypeError('secrets is empty: give at least one');
  for (const secret of secrets as unknown[]) {
    if (typeof secret !== 'string' || secret === '') {
      throw new TypeError('the webhook secret is missing or empty: is its environment variable set?');
    }
  }
  return secrets as string[];
}
