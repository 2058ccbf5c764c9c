import { describe, expect, it } from '@jest/globals';
import type { AttemptPhase } from '@qflow/contracts';
import { DestinationRefused } from '../destinations/destination-refused.js';
import { TimeIsUp } from './exchange.js';
import { explainFailure } from './explain-failure.js';
import { explainStatus } from './explain-status.js';

const withCode = (code: string): Error => Object.assign(new Error('x'), { code });
const explain = (error: unknown, phase: AttemptPhase = 'response') =>
  explainFailure(error, { phase, timeoutMs: 15_000 });

describe('explainFailure', () => {
  it.each<[string, AttemptPhase, string, AttemptPhase]>([
    ['ECONNREFUSED', 'connect', 'ECONNREFUSED', 'connect'],
    ['EHOSTUNREACH', 'connect', 'EHOSTUNREACH', 'connect'],
    ['ENETUNREACH', 'connect', 'ENETUNREACH', 'connect'],
    ['ETIMEDOUT', 'connect', 'connect_timeout', 'connect'],
    ['ECONNRESET', 'connect', 'ECONNRESET', 'connect'],
    ['ECONNRESET', 'tls', 'tls_closed', 'tls'],
    ['ECONNRESET', 'response', 'closed_early', 'response'],
    ['EPIPE', 'request', 'closed_early', 'request'],
    ['UND_ERR_SOCKET', 'response', 'closed_early', 'response'],
    ['CERT_HAS_EXPIRED', 'tls', 'tls_expired', 'tls'],
    ['CERT_REVOKED', 'tls', 'tls_revoked', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', 'tls_wrong_host', 'tls'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls', 'tls_incomplete_chain', 'tls'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls', 'tls_incomplete_chain', 'tls'],
    ['EPROTO', 'tls', 'tls_not_spoken', 'tls'],
    ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'tls', 'tls_version', 'tls'],
    ['ERR_SSL_TLSV1_UNRECOGNIZED_NAME', 'tls', 'tls_failed', 'tls'],
    // TLS 1.3: the alert comes after the handshake.
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'response', 'tls_client_certificate', 'tls'],
    ['UND_ERR_HEADERS_OVERFLOW', 'response', 'headers_too_large', 'response'],
    ['HPE_INVALID_CONSTANT', 'response', 'not_http', 'response'],
    ['UND_ERR_INVALID_ARG', 'check', 'request_invalid', 'check'],
    ['ESOMETHING', 'connect', 'ESOMETHING', 'connect'],
  ])('%s while in %s is %s', (theirs, at, code, phase) => {
    const failure = explain(withCode(theirs), at);
    expect(failure).toMatchObject({ code, phase });
    expect(failure.error.length).toBeGreaterThan(10);
    expect(failure.hint).toMatch(/\.$/);
  });

  it('looks behind several addresses that all failed', () => {
    const error = new AggregateError([withCode('ECONNREFUSED'), withCode('ENETUNREACH')]);
    expect(explain(error, 'connect').code).toBe('ECONNREFUSED');
  });

  it.each([null, undefined, 'x', {}, new Error('x'), new AggregateError([])])(
    'says of %p what it can',
    (error) => {
      expect(explain(error)).toMatchObject({ code: 'request_failed', error: 'the request failed' });
    },
  );

  it.each<[AttemptPhase, string, string]>([
    ['dns', 'dns_timeout', 'timeout: its host name could not be resolved within 15 s'],
    ['connect', 'connect_timeout', 'timeout: no connection could be made within 15 s'],
    ['tls', 'tls_timeout', 'timeout: the TLS handshake did not finish within 15 s'],
    ['request', 'request_timeout', 'timeout: the endpoint did not take the request within 15 s'],
    ['response', 'response_timeout', 'timeout: the endpoint did not finish its answer within 15 s'],
  ])('says that the time was over in %s', (phase, code, error) => {
    expect(explain(new TimeIsUp(), phase)).toMatchObject({ phase, code, error });
  });

  it('says why a destination was refused', () => {
    const refused = new DestinationRefused('address_not_allowed', 'leads to 10.0.0.8, which is not public');
    expect(explain(refused, 'dns')).toEqual({
      phase: 'check',
      code: 'address_not_allowed',
      error: 'the URL leads to 10.0.0.8, which is not public',
      hint: 'Change the URL of the webhook: requests go to public https addresses only.',
    });
  });
});

describe('explainStatus', () => {
  const url = new URL('https://example.com/hook');
  const hint = (status: number, location?: string) => explainStatus(status, location, url).hint;

  it.each([
    400, 401, 403, 404, 405, 406, 408, 409, 410, 413, 415, 418, 421, 422, 425, 429, 500, 502, 503, 504, 599,
    999,
  ])('has something to say about %i', (status) => {
    expect(explainStatus(status, undefined, url)).toMatchObject({
      phase: 'status',
      code: `http_${status}`,
      error: `the endpoint answered ${status}`,
    });
    expect(hint(status)).toMatch(/^.{20,}\.$/);
  });

  it('takes 401 and 403 for a signature that was refused', () => {
    expect(hint(401)).toMatch(/^Your receiver refused our signature: check that it has the secret/);
    expect(hint(403)).toBe(hint(401));
  });

  it('names the host of a redirect, and nothing of its query', () => {
    expect(hint(301, 'https://www.example.com/hook?token=1')).toBe(
      'Redirects are not followed, and this one leads to https://www.example.com: register the URL that answers itself.',
    );
    expect(hint(308, '/hook/?token=1')).toContain('leads to /hook/ on the same host');
  });
});
