import type { AttemptPhase } from '@qflow/contracts';
import { errors } from 'undici';
import { DestinationRefused } from '../destinations/destination-refused.js';
import { TimeIsUp } from './exchange.js';
import { networkFailures, type Explanation } from './network-failures.js';

/** Why an attempt failed, for programs and for people. */
export interface Failure extends Explanation {
  phase: AttemptPhase;
}

/** How far an exchange had come, and how long it was given. */
interface Reached {
  phase: AttemptPhase;
  timeoutMs: number;
}

/** What an endpoint had not done when the time was over. */
const unfinished: Record<AttemptPhase, readonly [code: string, what: string, hint: string]> = {
  check: ['dns_timeout', 'its host name could not be resolved', 'Check the name servers of the domain.'],
  dns: ['dns_timeout', 'its host name could not be resolved', 'Check the name servers of the domain.'],
  connect: [
    'connect_timeout',
    'no connection could be made',
    'Nothing refuses the connection, and nothing takes it: a firewall usually drops it. Let requests from us through.',
  ],
  tls: [
    'tls_timeout',
    'the TLS handshake did not finish',
    'The port takes connections but does not go on with TLS: check that it speaks https and is not overloaded.',
  ],
  request: [
    'request_timeout',
    'the endpoint did not take the request',
    'It accepts connections but does not read from them: check whether it is overloaded.',
  ],
  response: [
    'response_timeout',
    'the endpoint did not finish its answer',
    'Answer 2xx as soon as the event is stored, and do the work afterwards.',
  ],
  status: [
    'response_timeout',
    'the endpoint did not finish its answer',
    'Answer 2xx as soon as the event is stored, and do the work afterwards.',
  ],
};

/** An exchange that ended without an answer, in words that tell the receiver's owner what to look at. */
export function explainFailure(error: unknown, { phase, timeoutMs }: Reached): Failure {
  if (error instanceof DestinationRefused)
    return {
      phase: error.phase,
      code: error.code,
      error: `the URL ${error.message}`,
      hint:
        error.phase === 'dns'
          ? 'Check the spelling of the host name, and the name servers of its domain.'
          : 'Change the URL of the webhook: requests go to public https addresses only.',
    };
  if (error instanceof TimeIsUp) {
    const [code, what, hint] = unfinished[phase];
    return { phase, code, error: `timeout: ${what} within ${timeoutMs / 1000} s`, hint };
  }
  const failure = networkFailure(error, phase);
  // In TLS 1.3 some of the receiver's alerts come when we have long begun to send.
  return { phase: failure.code.startsWith('tls_') ? 'tls' : phase, ...failure };
}

function networkFailure(error: unknown, phase: AttemptPhase): Explanation {
  const code = codeOf(error);
  const known = networkFailures.find(
    ({ codes, phases }) => codes.test(code) && (!phases || phases.includes(phase)),
  );
  if (known) return { code: known.code ?? code, error: known.error, hint: known.hint };
  return {
    code: code || 'request_failed',
    error: code ? `the request failed: ${code}` : 'the request failed',
    hint: 'If it goes on, send us the time and the id of the delivery.',
  };
}

/** The code of an error, or of the first of those that led to it (an address of several that was tried). */
function codeOf(error: unknown): string {
  // Its own code is not set (undici 7).
  if (error instanceof errors.HTTPParserError) return 'HPE_INVALID';
  const { code, errors: causes } = (error ?? {}) as { code?: unknown; errors?: unknown[] };
  if (typeof code === 'string') return code;
  return Array.isArray(causes) && causes.length > 0 ? codeOf(causes[0]) : '';
}
