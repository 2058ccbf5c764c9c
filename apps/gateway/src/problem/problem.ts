import { problemOf, type CodedError } from '@qflow/contracts';
import { isCompatible } from '../webhooks/compatible/compatible-path.js';

/**
 * As bytes: Fastify adds a charset to texts, and this media type has no parameters.
 * @param url of the request. Clients of SendComms look for `success` in every answer: on its routes errors have it too.
 */
export const problemBody = (error: CodedError, requestId: string, url = ''): Buffer =>
  Buffer.from(
    JSON.stringify({ ...(isCompatible(url) && { success: false }), ...problemOf(error, requestId) }),
  );
