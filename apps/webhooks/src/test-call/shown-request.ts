import type { TestResult } from '@qflow/contracts';
import type { SignedRequest } from '../dispatch/signed-request.js';

const mask = '••••';

/**
 * A request as it is shown to whoever tests: as it was posted, signature included, so that it can be compared with what
 * arrived. The account's own headers may be credentials that not everyone who may test has seen.
 */
export const shownRequest = (
  { url, headers, body }: SignedRequest,
  own: Readonly<Record<string, string>>,
): TestResult['request'] => ({
  url,
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, own[name] === value ? mask : value]),
  ),
  body: body.toString('utf8'),
});
