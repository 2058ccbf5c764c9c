import type { OpenAPIObject } from '@nestjs/swagger';
import { exampleOf } from './example-of.js';

interface MediaType {
  schema?: object;
  example?: unknown;
  examples?: object;
}

interface Body {
  content?: Record<string, MediaType>;
}

interface Operation {
  requestBody?: Body;
  responses: Record<string, Body>;
}

/** Gives every JSON and form body of the document a whole example, where it has none of its own. */
export function addExamples(document: OpenAPIObject): void {
  const schemas = (document.components?.schemas ?? {}) as Parameters<typeof exampleOf>[1];
  for (const operations of Object.values(document.paths))
    for (const { requestBody, responses } of Object.values(operations) as Operation[])
      for (const { content = {} } of [requestBody ?? {}, ...Object.values(responses)])
        for (const media of Object.values(content))
          if (media.schema && media.examples === undefined && !isBinary(media.schema))
            media.example ??= exampleOf(media.schema, schemas);
}

/** Pictures and pages: an example would be one of nothing. */
const isBinary = (schema: { format?: string; type?: string }): boolean =>
  schema.format === 'binary' || schema.type === 'string';
