import { InvalidRequest, type InvalidValue } from '../api/invalid-request.js';
import { isObject } from '../api/is-object.js';
import type { ProviderEventName } from '../lives/life.js';
import { messageEventNames } from '../lives/usual-steps.js';

/** An event of a message that somebody wants to happen now. */
export interface TriggerRequest {
  event: ProviderEventName;
  /**
   * Fields that differ from the usual ones of such an event, and any others that it is to have. Null takes a
   * usual field out.
   */
  fields: Readonly<Record<string, unknown>>;
}

/**
 * Reads the body of `POST /inbox/messages/{id}/events`: the event's name and, flat beside it as SendGrid
 * posts them, its fields.
 *
 * @throws InvalidRequest that names every wrong field
 */
export function readTrigger(body: unknown): TriggerRequest {
  if (!isObject(body)) throw new InvalidRequest([{ path: '', message: 'must be a JSON object' }]);
  const { event, ...fields } = body;
  const errors: InvalidValue[] = [];
  const wrongEvent = complainOfEvent(event);
  if (wrongEvent) errors.push({ path: 'event', message: wrongEvent });
  for (const [path, value] of Object.entries(fields)) {
    const expected = EXPECTATIONS[path];
    if (value !== null && expected && !expected.fits(value)) {
      errors.push({ path, message: `must be ${expected.words}` });
    }
  }
  if (event !== 'bounce' && fields['type'] === 'blocked' && !wrongEvent)
    errors.push({ path: 'type', message: 'only a bounce can be blocked' });
  if (errors.length > 0) throw new InvalidRequest(errors);
  return { event: event as ProviderEventName, fields };
}

function complainOfEvent(event: unknown): string | undefined {
  if (messageEventNames.some((name) => name === event)) return undefined;
  if (event === 'blocked')
    return 'is none of its own: SendGrid posts a block as a bounce with "type": "blocked"';
  return `must be one of ${messageEventNames.join(', ')}; POST /events posts any other`;
}

interface Expectation {
  words: string;
  fits: (value: unknown) => boolean;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const text: Expectation = { words: 'a text', fits: isText };

/** What SendGrid's own fields hold. Fields that it does not have are posted as they are. */
const EXPECTATIONS: Readonly<Record<string, Expectation | undefined>> = {
  email: text,
  'smtp-id': text,
  sg_event_id: {
    words: 'a text of 1 to 100 characters',
    fits: (value) => isText(value) && (value as string).length > 0 && (value as string).length <= 100,
  },
  sg_message_id: text,
  timestamp: { words: 'a Unix time in whole seconds', fits: isWhole },
  category: {
    words: 'a text or a list of texts',
    fits: (value) => isText(value) || (Array.isArray(value) && value.every(isText)),
  },
  reason: text,
  status: text,
  response: text,
  attempt: { words: 'a text or a number', fits: (value) => isText(value) || isWhole(value) },
  type: {
    words: '"bounce" or "blocked"',
    fits: (value) => value === 'bounce' || value === 'blocked',
  },
  bounce_classification: text,
  url: text,
  useragent: text,
  ip: text,
  tls: {
    words: 'a number or a boolean',
    fits: (value) => typeof value === 'boolean' || isWhole(value),
  },
  sg_machine_open: { words: 'a boolean', fits: (value) => typeof value === 'boolean' },
  sg_content_type: text,
  asm_group_id: { words: 'a whole number', fits: isWhole },
  send_at: { words: 'a Unix time in whole seconds', fits: isWhole },
};
