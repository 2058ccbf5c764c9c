import { Deviation, must, mustEqual } from '../deviation.js';

const documented = {
  event: ['id', 'type', 'createdAt', 'data'],
  data: ['attendeeId', 'templateId', 'attendeeInvitationId', 'status', 'error', 'correlationId'],
};

/** RFC 3339, such as 2026-04-29T10:23:00.000Z. */
const MILLISECONDS_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * Checks headers and payload against the webhooks page. Members that it does not know are fine: additions come
 * without notice.
 * @param {import('./receiver.js').Received} received
 * @returns {{ id: string, type: string, createdAt: string, data: Record<string, string | null> }}
 * @throws {Deviation}
 */
export function checkPayload({ body, webhookId, eventType }) {
  const event = parse(body);
  mustHave(`A ${eventType} event`, event, documented.event);
  mustHave(`"data" of a ${eventType} event`, event.data, documented.data);
  mustEqual('X-Qflow-Webhook-Id', webhookId, event.id);
  mustEqual('X-Qflow-Event', eventType, event.type);
  must(MILLISECONDS_UTC.test(event.createdAt), `"createdAt" of a ${event.type} event is ${event.createdAt}.`);
  mustEqual(
    `"status" of a ${event.type} event`,
    event.data.status,
    event.type.slice(event.type.indexOf('.') + 1),
  );
  const fails = ['failed', 'dropped'].includes(event.data.status);
  must(
    fails || event.data.error === null,
    `"error" of a ${event.type} event is ${event.data.error}; it should be null.`,
  );
  return event;
}

function mustHave(what, object, names) {
  const missing = names.filter((name) => !(name in (object ?? {})));
  must(missing.length === 0, `${what} has no ${missing.map((name) => `"${name}"`).join(', ')}.`);
}

function parse(body) {
  try {
    return JSON.parse(body);
  } catch {
    throw new Deviation(`A webhook's body is not JSON: ${body.slice(0, 100)}`);
  }
}
