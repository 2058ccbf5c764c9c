import { problemOf, type CodedError } from '@qflow/contracts';

/** As bytes: Fastify adds a charset to texts, and this media type has no parameters. */
export const problemBody = (error: CodedError, requestId: string): Buffer =>
  Buffer.from(JSON.stringify(problemOf(error, requestId)));
