import { CodedError, type FieldError, type FormatName, type NewSubscription } from '@qflow/contracts';
import { checkSecretStrength } from '@qflow/signing';
import { DestinationRefused } from '../../destinations/destination-refused.js';
import type { Destinations } from '../../destinations/destinations.js';
import { checkEvents } from './check-events.js';
import { checkHeaders } from './check-headers.js';
import { checkRetry } from './check-retry.js';

/** What a request may say of a subscription; what is undefined or null is not said. */
export type GivenFields = {
  [Field in 'url' | 'events' | 'secret' | 'description' | 'headers' | 'retry']?:
    NewSubscription[Field] | undefined;
};

/**
 * Checks everything that is given, and where the URL leads last: that takes a look at the DNS.
 * @param format of which a secret has to be fit for
 * @throws CodedError `validation_error` that names every flaw
 */
export async function checkFields(
  { url, events, secret, description, headers, retry }: GivenFields,
  format: FormatName,
  destinations: Destinations,
): Promise<void> {
  const flaws = [
    ...(events ? checkEvents(events) : []),
    ...(secret == null ? [] : checkSecret(format, secret)),
    ...(description == null ? [] : checkDescription(description)),
    ...(headers ? checkHeaders(headers) : []),
    ...(retry ? checkRetry(retry) : []),
    ...(url === undefined ? [] : await checkUrl(url, destinations)),
  ];
  if (flaws.length > 0) throw refusal(flaws);
}

function checkSecret(format: FormatName, secret: string): FieldError[] {
  const strength = checkSecretStrength(format, secret);
  return strength.ok ? [] : [{ path: '/secret', message: strength.message }];
}

const maxDescription = 500;

function checkDescription(description: string): FieldError[] {
  const path = '/description';
  if ([...description].length > maxDescription)
    return [{ path, message: `must not be longer than ${maxDescription} characters` }];
  return description.includes('\0') ? [{ path, message: 'must not contain NUL characters' }] : [];
}

/** The URL's own form, and where its name leads just now. */
async function checkUrl(url: string, destinations: Destinations): Promise<FieldError[]> {
  try {
    await destinations.check(url);
    return [];
  } catch (error) {
    if (error instanceof DestinationRefused) return [{ path: '/url', message: error.message }];
    throw error;
  }
}

/** A 400 that names every offending place. */
function refusal(flaws: readonly FieldError[]): CodedError {
  const detail = flaws.map(({ path, message }) => `${path} ${message}`).join('; ');
  return new CodedError('validation_error', detail.endsWith('?') ? detail : `${detail}.`, {
    errors: [...flaws],
  });
}
