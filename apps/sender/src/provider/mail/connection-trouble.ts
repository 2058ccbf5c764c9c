const untrusted = 'its certificate is of no authority that we trust';

/** What Node, OpenSSL and undici call the ways in which a connection fails, in words. */
const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  ETIMEDOUT: 'connecting took too long',
  UND_ERR_CONNECT_TIMEOUT: 'connecting took too long',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'the name server does not answer',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  EPROTO: 'there is no TLS at that port',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
};

/**
 * Why there is no connection, for people, with the code by which it is looked up: "the connection was refused
 * (ECONNREFUSED)".
 * @param code as Node has it; undefined where the error has none
 */
export function connectionTrouble(code: string | undefined, message: string): string {
  const known = code?.startsWith('ERR_SSL_') ? words.EPROTO : words[code ?? ''];
  const said = known ?? message.split('\n', 1)[0]?.slice(0, 200) ?? '';
  return code ? `${said} (${code})` : said;
}
