import { InvalidRequest, type InvalidValue } from '../api/invalid-request.js';
import { isObject } from '../api/is-object.js';

/** Each a probability from 0 (never) to 1 (always). */
export interface FaultRates {
  /** `POST /v3/mail/send` is answered 429, with the time when to come back. */
  rate429: number;
  /** It is answered 500; nothing was accepted. */
  rate500: number;
  /** Its connection is reset; nothing was accepted. */
  rateReset: number;
  /** The mail is accepted, delivered and has its events, but the caller never gets an answer. */
  rateTimeoutAfterAccept: number;
  /** An event is posted twice, with one `sg_event_id`. */
  duplicateEvents: number;
  /** The events of a post are in random order. */
  shuffleEvents: number;
}

export const NO_FAULTS: Readonly<FaultRates> = {
  rate429: 0,
  rate500: 0,
  rateReset: 0,
  rateTimeoutAfterAccept: 0,
  duplicateEvents: 0,
  shuffleEvents: 0,
};

/** The rates, and the seed from which chance is drawn: the same seed and requests meet the same faults. */
export interface FaultSettings extends FaultRates {
  seed: number;
}

/**
 * Reads the body of `PUT /faults`. What is not given is 0; the seed stays what it was.
 *
 * @throws InvalidRequest that names every wrong field, unknown ones included
 */
export function readFaultSettings(body: unknown, seed: number): FaultSettings {
  if (!isObject(body)) throw new InvalidRequest([{ path: '', message: 'must be a JSON object' }]);
  const errors: InvalidValue[] = [];
  const settings: FaultSettings = { ...NO_FAULTS, seed };
  for (const [path, value] of Object.entries(body)) {
    const message = readField(path, value, settings);
    if (message) errors.push({ path, message });
  }
  if (errors.length > 0) throw new InvalidRequest(errors);
  return settings;
}

/** @returns what is wrong, if anything */
function readField(name: string, value: unknown, settings: FaultSettings): string | undefined {
  if (name === 'seed') {
    if (!Number.isInteger(value) || Math.abs(value as number) > 0x7fffffff) return 'must be a 32-bit integer';
    settings.seed = value as number;
    return undefined;
  }
  if (!Object.hasOwn(NO_FAULTS, name)) {
    return `is not a fault; there are ${Object.keys(NO_FAULTS).join(', ')} and seed`;
  }
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) return 'must be a probability from 0 to 1';
  settings[name as keyof FaultRates] = value;
  return undefined;
}
