import { ConfigError, setting } from '@qflow/service';

/** Settings of an issuer that takes the place of the embedded one. */
export const issuerSettings = {
  OIDC_ISSUER: setting.optional(
    setting.custom<string>({
      expects: 'a URL that starts with https:// or http://, exactly as it stands in `iss`',
      read: readIssuer,
      doc: 'OpenID Connect issuer whose access tokens are accepted instead of our own.',
    }),
  ),
  OIDC_AUDIENCE: setting.optional(
    setting.string({ doc: 'What `aud` of its tokens must hold: the name this API has at the issuer.' }),
  ),
  OIDC_ACCOUNT_CLAIM: setting.string({
    default: 'email',
    doc: 'Claim that tells the user: an e-mail, {enterprisePin}/{email}, or an account id.',
  }),
};

/** Not trimmed at its end: an issuer is compared letter by letter (OpenID Connect Discovery 1.0 §4.3). */
function readIssuer(raw: string): string {
  const { protocol, search, hash } = new URL(raw);
  if ((protocol !== 'https:' && protocol !== 'http:') || search || hash) throw new Error('not an issuer');
  return raw;
}

/**
 * Without it every token of the issuer would open this API, whatever it was made for.
 * @throws ConfigError
 */
export function requireAudience(config: { OIDC_ISSUER?: string; OIDC_AUDIENCE?: string }): void {
  if (config.OIDC_ISSUER !== undefined && config.OIDC_AUDIENCE === undefined)
    throw new ConfigError([
      `OIDC_AUDIENCE is missing, expected because OIDC_ISSUER is set. ${issuerSettings.OIDC_AUDIENCE.doc}`,
    ]);
}
