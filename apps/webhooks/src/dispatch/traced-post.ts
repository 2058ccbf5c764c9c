import { isTracing, traced } from '@qflow/messaging';
import type { Delivery } from '../deliveries/delivery.js';
import type { PostResult, WebhookPoster } from './post-webhook.js';
import type { SignedRequest } from './signed-request.js';

/**
 * An attempt, as a part of the trace of the send that its event is about, if it is about one. The address is not told,
 * nor anything of the exchange: what accounts put into them is theirs.
 */
export function tracedPost(
  delivery: Delivery,
  request: SignedRequest,
  poster: WebhookPoster,
): Promise<PostResult> {
  const { sendId, eventType, origin } = delivery;
  // Nothing is gathered for nobody: every delivery comes this way.
  if (sendId === null || !isTracing()) return poster.post(request);
  const attributes = {
    'http.request.method': 'POST',
    'qflow.subscription.id': delivery.subscriptionId,
    'qflow.delivery.id': delivery.id,
    'qflow.event.id': delivery.eventId,
    'qflow.event.type': eventType,
    'qflow.attempt': delivery.attempts + 1,
    ...(origin !== 'event' && { 'qflow.origin': origin }),
  };
  return traced(
    sendId,
    `deliver ${eventType}`,
    { kind: 'client', attributes },
    () => poster.post(request),
    endOf,
  );
}

const endOf = ({ statusCode, code }: PostResult) => ({
  ...(statusCode !== null && { attributes: { 'http.response.status_code': statusCode } }),
  error: code,
});
