import {
  commsEventTypes,
  contactEventTypes,
  endpointEventTypes,
  feedEventTypes,
  type EventType,
} from './event-catalogue.js';
import type { CommsEventV1 } from './messages/comms-event.js';
import type { FormatName } from './rpc/subscriptions.js';

/** SendComms, "Available Events", and EmailFlow, "The event catalog"; what their pages do not list is additive. */
const emailNames: Readonly<Record<EventType, string>> = {
  'comms.sent': 'email.sent',
  'comms.failed': 'email.failed',
  'comms.skipped': 'email.skipped',
  'comms.delivered': 'email.delivered',
  'comms.deferred': 'email.deferred',
  'comms.opened': 'email.opened',
  'comms.clicked': 'email.clicked',
  'comms.bounced': 'email.bounced',
  // "A message could not be sent": whether we or the provider stopped it.
  'comms.dropped': 'email.failed',
  'comms.spam_reported': 'email.complained',
  'comms.unsubscribed': 'email.unsubscribed',
  'comms.test': 'email.test',
  'contact.subscribed': 'contact.subscribed',
  'contact.unsubscribed': 'contact.unsubscribed',
  'endpoint.failing': 'endpoint.failing',
  'endpoint.disabled': 'endpoint.disabled',
  'endpoint.recovered': 'endpoint.recovered',
};

/** Where a format has words of its own for our events. */
const foreignNames: Readonly<Partial<Record<FormatName, Readonly<Record<EventType, string>>>>> = {
  sendcomms: emailNames,
  // EmailFlow, "Managing subscriptions": the test call sends "a signed synchronous ping event".
  emailflow: { ...emailNames, 'comms.test': 'ping' },
};

/** What an event is called by: its type, and for a failure whether it was a bounce. */
export type NamedEvent = Pick<CommsEventV1, 'type' | 'message'>;

/** What formats with `email.*` names call a soft bounce. */
export const softBounceName = 'email.bounced';

/**
 * SendComms, "Available Events": `email.bounced` is a "hard or soft bounce", and EmailFlow's says which in its meta. For
 * us a soft one is a failure that may pass (`comms.failed`).
 */
export const isSoftBounce = ({ type, message }: NamedEvent): boolean =>
  type === 'comms.failed' && message?.bounceType === 'soft';

/** What a format calls an event of ours; names never change meaning, new ones are only added. */
export function eventNameIn(format: FormatName, event: NamedEvent): string {
  const names = foreignNames[format];
  if (!names) return event.type;
  return isSoftBounce(event) ? softBounceName : names[event.type];
}

const typesByName = new Map<string, EventType[]>([
  // What is about endpoints has to be asked for as such: nobody who wants all events means those.
  ['*', [...feedEventTypes]],
  ['comms.*', [...commsEventTypes]],
  ['email.*', [...commsEventTypes]],
  ['contact.*', [...contactEventTypes]],
  ['endpoint.*', [...endpointEventTypes]],
]);
for (const type of [...commsEventTypes, ...contactEventTypes, ...endpointEventTypes])
  for (const name of new Set([type, emailNames[type], foreignNames.emailflow?.[type] ?? type]))
    typesByName.set(name, [...(typesByName.get(name) ?? []), type]);

const none: readonly EventType[] = [];

/**
 * The event types that a subscription's filter means: a type of ours (`comms.delivered`), the name that SendComms or
 * EmailFlow have for one or several (`email.failed`), or a prefix (`comms.*`, `email.*`, `contact.*`, `endpoint.*`,
 * and `*` for everything but `endpoint.*`). Empty where the name is unknown.
 */
export const typesNamed = (name: string): readonly EventType[] => typesByName.get(name) ?? none;

/** Every name that {@link typesNamed} knows, prefixes first: for error messages and documentation. */
export const filterNames: readonly string[] = [...typesByName.keys()];
