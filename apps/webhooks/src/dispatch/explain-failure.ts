/** What a socket or TLS error code means, in words that tell the receiver's owner what to look at. */
const meanings: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused: nothing listens at that address and port',
  ECONNRESET: 'the endpoint closed the connection without an answer',
  EPIPE: 'the endpoint closed the connection without an answer',
  UND_ERR_SOCKET: 'the endpoint closed the connection without an answer',
  ENETUNREACH: 'the network of the endpoint cannot be reached',
  EHOSTUNREACH: 'the host of the endpoint cannot be reached',
  UND_ERR_CONNECT_TIMEOUT: 'the connection could not be made in time',
  ETIMEDOUT: 'the connection could not be made in time',
  CERT_HAS_EXPIRED: 'the TLS certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the TLS certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the TLS certificate chain holds a self-signed certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'the TLS certificate cannot be verified: is the intermediate certificate missing?',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the TLS certificate is for another host name',
  EPROTO: 'the TLS handshake failed: does the port speak TLS?',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the TLS handshake failed: does the port speak TLS?',
  UND_ERR_RESPONSE: 'the endpoint did not answer in HTTP',
};

/** @param timeoutMs the limit of the whole exchange, for the message */
export function explain(error: unknown, timeoutMs: number): string {
  const code = (error as { code?: unknown })?.code;
  const name = typeof code === 'string' ? code : 'request_failed';
  if (name === 'TIMEOUT' || name === 'UND_ERR_HEADERS_TIMEOUT' || name === 'UND_ERR_BODY_TIMEOUT')
    return `timeout: the endpoint did not finish its answer within ${timeoutMs / 1000} s`;
  if (name.startsWith('HPE_')) return `${name}: the endpoint did not answer in HTTP`;
  return `${name}: ${meanings[name] ?? 'the request failed'}`;
}
