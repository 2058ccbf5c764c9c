import type { AttemptPhase } from '@qflow/contracts';

export interface Explanation {
  /** Stable name, such as `ECONNREFUSED` or `tls_expired`. */
  code: string;
  /** What happened, in words. */
  error: string;
  /** What to do about it. */
  hint: string;
}

interface KnownFailure extends Omit<Explanation, 'code'> {
  /** Codes of sockets, TLS and undici that it is known by. */
  codes: RegExp;
  /** Ours, where it is not the same as theirs. */
  code?: string;
  /** Where it means this; anywhere unless given. */
  phases?: readonly AttemptPhase[];
}

const renew = 'Renew the certificate, and check that the server has loaded the new one.';

/** What goes wrong with connections; the first that fits is meant. */
export const networkFailures: readonly KnownFailure[] = [
  {
    codes: /^ECONNREFUSED$/,
    error: 'the connection was refused: nothing listens at that address and port',
    hint: 'Check that the receiver is running, and that its port is open to the internet.',
  },
  {
    codes: /^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL)$/,
    error: 'the address of the endpoint cannot be reached',
    hint: 'Check the routing and the firewall of the receiver, and whether its host name leads to the right address.',
  },
  {
    codes: /^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|ECONNABORTED)$/,
    code: 'connect_timeout',
    error: 'no connection could be made in time',
    hint: 'A firewall usually drops such connections. Let requests from us through.',
  },
  {
    codes: /^CERT_HAS_EXPIRED$/,
    code: 'tls_expired',
    error: 'the TLS certificate of the endpoint has expired',
    hint: renew,
  },
  {
    codes: /^CERT_NOT_YET_VALID$/,
    code: 'tls_not_yet_valid',
    error: 'the TLS certificate of the endpoint is not valid yet',
    hint: 'Check the clock of whoever issued it.',
  },
  {
    codes: /^CERT_REVOKED$/,
    code: 'tls_revoked',
    error: 'the TLS certificate of the endpoint has been revoked',
    hint: renew,
  },
  {
    codes: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    code: 'tls_wrong_host',
    error: 'the TLS certificate of the endpoint is for another host name',
    hint: 'Use a certificate that names the host of the URL, or change the URL to a name that the certificate holds.',
  },
  {
    codes: /^DEPTH_ZERO_SELF_SIGNED_CERT$/,
    code: 'tls_self_signed',
    error: 'the TLS certificate of the endpoint is self-signed',
    hint: 'Use a certificate of a public authority; they are free of charge.',
  },
  {
    codes: /^SELF_SIGNED_CERT_IN_CHAIN$/,
    code: 'tls_untrusted',
    error: 'the TLS certificate of the endpoint comes from an authority that is not a public one',
    hint: 'Use a certificate of a public authority; they are free of charge.',
  },
  {
    codes: /^UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(_LOCALLY)?)$/,
    code: 'tls_incomplete_chain',
    error:
      'the TLS certificate of the endpoint cannot be traced to an authority: an intermediate one is missing',
    hint: 'Have the server send the full chain, its own certificate first and then the intermediate ones.',
  },
  {
    codes: /^(ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNEXPECTED_MESSAGE)|EPROTO)$/,
    code: 'tls_not_spoken',
    error: 'the TLS handshake failed: the port does not speak TLS',
    hint: 'The URL says https, and the port answers something else: check the port, or set up TLS on it.',
  },
  {
    codes: /^ERR_SSL_(TLSV1_ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL)$/,
    code: 'tls_version',
    error: 'the endpoint speaks no version of TLS that is still safe',
    hint: 'Switch on TLS 1.2 or 1.3 at the receiver.',
  },
  {
    codes: /^ERR_SSL_\w*CERTIFICATE_REQUIRED$/,
    code: 'tls_client_certificate',
    error: 'the endpoint asks for a client certificate, and we have none',
    hint: 'Do not ask for one on the path of the webhook: its signature shows who sends.',
  },
  {
    codes: /^(ERR_SSL_|ERR_TLS_|CERT_|CRL_|HOSTNAME_MISMATCH|INVALID_)/,
    code: 'tls_failed',
    error: 'the TLS handshake failed',
    hint: 'Check the TLS set-up of the host, its certificate for this host name first of all.',
  },
  {
    codes: /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/,
    phases: ['tls'],
    code: 'tls_closed',
    error: 'the endpoint closed the connection during the TLS handshake',
    hint: 'Check that the port speaks https, and that the server has a certificate for this host name.',
  },
  {
    codes: /^ECONNRESET$/,
    phases: ['connect'],
    error: 'the endpoint closed the connection as soon as it was made',
    hint: 'Check the firewall or the proxy in front of the receiver.',
  },
  {
    codes: /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_CLOSED)$/,
    code: 'closed_early',
    error: 'the endpoint closed the connection without an answer',
    hint: 'Look for a crash in the log of the receiver, and for a limit of the proxy in front of it.',
  },
  {
    codes: /^answer_incomplete$/,
    code: 'answer_incomplete',
    error: 'the endpoint began to answer and gave no final status',
    hint: 'Look for a crash in the log of the receiver; answers 100 and 101 are not final, and not asked for.',
  },
  {
    codes: /^(UND_ERR_HEADERS_OVERFLOW|HPE_HEADER_OVERFLOW)$/,
    code: 'headers_too_large',
    error: 'the headers of the answer are larger than 16 KiB',
    hint: 'Answer with fewer headers: none of them are needed.',
  },
  {
    codes: /^too_many_interim_answers$/,
    error: 'the endpoint sent interim answers (1xx) and no final one',
    hint: 'Answer 2xx without interim answers.',
  },
  {
    codes: /^(HPE_|UND_ERR_RES)/,
    code: 'not_http',
    error: 'the endpoint did not answer in HTTP/1.1',
    hint: 'Check that the port belongs to a web server, and what the proxy in front of it sends.',
  },
  {
    codes: /^UND_ERR_(INVALID_ARG|REQ_CONTENT_LENGTH_MISMATCH|NOT_SUPPORTED)$/,
    code: 'request_invalid',
    error: 'the request cannot be sent with the headers of this webhook',
    hint: 'Look for a header of your own that must not be set, and take it out.',
  },
];
