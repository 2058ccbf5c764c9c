import { InvalidRequest, type InvalidValue } from '../api/invalid-request.js';
import { isObject } from '../api/is-object.js';

/** Each a probability from 0 (never) to 1 (always). The first seven are about `POST /v3/mail/send`. */
export interface FaultRates {
  /** It is answered 429, with the time when to come back. */
  rate429: number;
  /** It is answered 500; nothing was accepted. */
  rate500: number;
  /** Its connection is reset; nothing was accepted. */
  rateReset: number;
  /** The mail is accepted and has its events, and then its connection is reset. */
  rateResetAfterAccept: number;
  /** Nothing was accepted, and the caller never gets an answer. */
  rateTimeoutBeforeAccept: number;
  /** The mail is accepted, delivered and has its events, but the caller never gets an answer. */
  rateTimeoutAfterAccept: number;
  /** The answer, whatever it is, comes `slowMs` late. */
  rateSlow: number;
  /** An event is posted twice, with one `sg_event_id`. */
  duplicateEvents: number;
  /** The events of a post are in random order. */
  shuffleEvents: number;
  /** An event is held back for up to `delayEventsMs`, so that others overtake it: `delivered` before `processed`. */
  delayEvents: number;
  /** A delivered copy bounces `lateBounceMinutes` later. */
  lateBounces: number;
}

/** How much of a fault there is when it happens. */
export interface FaultMeasures {
  /** What `X-RateLimit-Reset` of a `rate429` is in the future, in seconds. */
  resetSeconds: number;
  slowMs: number;
  delayEventsMs: number;
  /** Fractions are fine: 0.05 is three seconds. */
  lateBounceMinutes: number;
}

/** The rates and their measures, and the seed from which chance is drawn. */
export interface FaultSettings extends FaultRates, FaultMeasures {
  seed: number;
}

export const NO_FAULTS: Readonly<FaultRates> = {
  rate429: 0,
  rate500: 0,
  rateReset: 0,
  rateResetAfterAccept: 0,
  rateTimeoutBeforeAccept: 0,
  rateTimeoutAfterAccept: 0,
  rateSlow: 0,
  duplicateEvents: 0,
  shuffleEvents: 0,
  delayEvents: 0,
  lateBounces: 0,
};

export const USUAL_MEASURES: Readonly<FaultMeasures> = {
  resetSeconds: 1,
  slowMs: 2_000,
  delayEventsMs: 2_000,
  lateBounceMinutes: 5,
};

/** The largest value of each measure. The smallest is 0. */
export const LARGEST_MEASURES: Readonly<FaultMeasures> = {
  resetSeconds: 3_600,
  slowMs: 120_000,
  delayEventsMs: 600_000,
  lateBounceMinutes: 24 * 60,
};

/**
 * Reads the body of `PUT /faults`. A rate that is not given is 0, a measure what it usually is; the seed stays
 * what it was.
 *
 * @throws InvalidRequest that names every wrong field, unknown ones included
 */
export function readFaultSettings(body: unknown, seed: number): FaultSettings {
  if (!isObject(body)) throw new InvalidRequest([{ path: '', message: 'must be a JSON object' }]);
  const errors: InvalidValue[] = [];
  const settings: FaultSettings = { ...NO_FAULTS, ...USUAL_MEASURES, seed };
  for (const [path, value] of Object.entries(body)) {
    const message = readField(path, value, settings);
    if (message) errors.push({ path, message });
  }
  if (errors.length > 0) throw new InvalidRequest(errors);
  return settings;
}

/** @returns what is wrong, if anything */
function readField(name: string, value: unknown, settings: FaultSettings): string | undefined {
  if (Object.hasOwn(NO_FAULTS, name)) {
    if (!isNumberUpTo(value, 1)) return 'must be a probability from 0 to 1';
    settings[name as keyof FaultRates] = value;
  } else if (Object.hasOwn(USUAL_MEASURES, name)) {
    const largest = LARGEST_MEASURES[name as keyof FaultMeasures];
    if (!isNumberUpTo(value, largest)) return `must be a number from 0 to ${largest}`;
    settings[name as keyof FaultMeasures] = value;
  } else if (name === 'seed') {
    if (!Number.isInteger(value) || Math.abs(value as number) > 0x7fffffff) return 'must be a 32-bit integer';
    settings.seed = value as number;
  } else {
    const known = [...Object.keys(NO_FAULTS), ...Object.keys(USUAL_MEASURES)];
    return `is not a fault; there are ${known.join(', ')} and seed`;
  }
  return undefined;
}

function isNumberUpTo(value: unknown, largest: number): value is number {
  return typeof value === 'number' && value >= 0 && value <= largest;
}
