import { resolve, type OpenApi, type Route } from '@qflow/contract';

/** What an id can be the id of. */
export type Kind =
  'event' | 'template' | 'guest' | 'send' | 'key' | 'webhook' | 'delivery' | 'replay' | 'notice';

/** A place in a request that takes an id. */
export interface Slot {
  in: 'path' | 'query' | 'body';
  name: string;
  required: boolean;
  /** `own`: the caller's choice for something new, which names nothing that exists. */
  kind: Kind | 'own';
}

const byName: Readonly<Record<string, Kind>> = {
  eventId: 'event',
  templateId: 'template',
  commsTemplateId: 'template',
  attendeeId: 'guest',
  uid: 'webhook',
  deliveryId: 'delivery',
  replayId: 'replay',
  // The templates of an event are paged by the id of the last one.
  after: 'template',
};

/** What `id` means, by operation; with `.body` where it means another thing there than in the path. */
const byOperation: Readonly<Record<string, Slot['kind']>> = {
  createEvent: 'own',
  getEvent: 'event',
  replaceEvent: 'event',
  createGuest: 'own',
  createGuests: 'own',
  getGuest: 'guest',
  saveTemplate: 'own',
  getTemplate: 'template',
  listTemplateVersions: 'template',
  getTemplateVersion: 'template',
  previewTemplate: 'template',
  sendTestCopy: 'template',
  'sendTestCopy.body': 'own',
  deleteTemplate: 'template',
  deleteTemplateById: 'template',
  createSend: 'own',
  createSends: 'own',
  getSend: 'send',
  deleteApiKey: 'key',
  getSubscription: 'webhook',
  updateSubscription: 'webhook',
  deleteSubscription: 'webhook',
  deleteSubscriptionByQuery: 'webhook',
  rotateSubscriptionSecret: 'webhook',
  testSubscription: 'webhook',
  getSubscriptionStats: 'webhook',
  listDeliveries: 'webhook',
  getDelivery: 'webhook',
  retryDelivery: 'webhook',
  startReplay: 'webhook',
  listReplays: 'webhook',
  cancelReplay: 'webhook',
  deleteCompatibleWebhookByQuery: 'webhook',
  readNotice: 'notice',
};

/**
 * Every place of an operation that takes an id.
 * @throws Error where the table above does not say what it is the id of: a new route has to be put there, so that
 * no route escapes the matrix
 */
export function slotsOf(document: OpenApi, { operation }: Route): Slot[] {
  const { operationId, parameters = [], requestBody } = operation;
  const kindOf = (name: string, where: Slot['in']): Slot['kind'] => {
    const kind = byName[name] ?? byOperation[`${operationId}.${where}`] ?? byOperation[operationId];
    if (!kind) throw new Error(`the matrix does not know what "${name}" of ${operationId} is the id of`);
    return kind;
  };
  const slots = parameters
    .filter(({ schema }) => schema.format === 'uuid')
    .map(({ name, in: where, required = false }): Slot => {
      const place = where as 'path' | 'query';
      return { in: place, name, required, kind: kindOf(name, place) };
    });
  const body = requestBody?.content['application/json']?.schema;
  const { properties = {}, required = [] } = body ? resolve(document, body.items ?? body) : {};
  for (const [name, { format }] of Object.entries(properties))
    if (format === 'uuid')
      slots.push({ in: 'body', name, required: required.includes(name), kind: kindOf(name, 'body') });
  return slots;
}
