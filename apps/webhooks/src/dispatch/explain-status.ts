import type { Failure } from './explain-failure.js';

const hints: Record<number, string> = {
  400: 'Your receiver could not read the request: it gets JSON, exactly as it is signed. Do not expect a form.',
  404: 'Nothing is at this path: check the path of the URL, and that the route takes POST.',
  405: 'The path does not take POST: check the route of your receiver.',
  406: 'Your receiver does not take JSON at this path.',
  408: 'Your receiver gave up reading the request. It will be repeated.',
  409: 'If your receiver has had this event before, let it answer 2xx: a repetition is nothing wrong.',
  410: 'Gone means never again: the subscription is disabled. Enable it once the endpoint is back.',
  411: 'A proxy in front of your receiver asks for a Content-Length, which every request of ours has: look there.',
  413: 'Your receiver or the proxy in front of it limits bodies: raise that to 1 MB.',
  415: 'Your receiver does not take Content-Type application/json at this path.',
  421: 'The server does not answer for this host name: check its virtual hosts.',
  422: 'Your receiver understood the request and refused the content: let it accept event types it does not know.',
  425: 'Your receiver does not take early requests. It will be repeated.',
  429: 'Your receiver limits requests: raise its limit for us, or send Retry-After to say when to come again.',
  501: 'The path does not take POST: check the route of your receiver.',
  502: 'The proxy answers and the receiver behind it does not: check that it is running.',
  503: 'The receiver is not available just now. It will be asked again.',
  504: 'The proxy answers and the receiver behind it takes too long: answer first, work afterwards.',
};

const refusedSignature =
  'Your receiver refused our signature: check that it has the secret of this webhook, the one that was shown last, ' +
  'that it verifies the raw body and not a parsed one, and that its clock is right. ' +
  'If it never saw the request, something in front of it asks for a login.';

/**
 * An answer that is not 2xx, in words.
 * @param location of a redirect
 * @param url that was posted to
 */
export function explainStatus(status: number, location: string | undefined, url: Readonly<URL>): Failure {
  return {
    phase: 'status',
    code: `http_${status}`,
    error: `the endpoint answered ${status}`,
    hint: hintFor(status, location, url),
  };
}

function hintFor(status: number, location: string | undefined, url: Readonly<URL>): string {
  if (status >= 300 && status < 400) return redirectHint(location, url);
  if (status === 401 || status === 403) return refusedSignature;
  if (hints[status]) return hints[status];
  return status >= 500
    ? 'Your receiver failed: look at its log at this time.'
    : 'Your receiver refused the request: see its answer, and its log at this time.';
}

/** Redirects are not followed: they could lead anywhere, and the signature was meant for this URL. */
function redirectHint(location: string | undefined, url: Readonly<URL>): string {
  if (location === undefined || !URL.canParse(location, url.href))
    return 'Redirects are not followed: register the URL that answers itself.';
  const target = new URL(location, url.href);
  const where =
    target.origin === url.origin
      ? `${target.pathname} on the same host`
      : `${target.protocol}//${target.host}`;
  return `Redirects are not followed, and this one leads to ${where.slice(0, 200)}: register the URL that answers itself.`;
}
