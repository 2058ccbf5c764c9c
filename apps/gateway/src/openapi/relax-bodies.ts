import type { OpenAPIObject } from '@nestjs/swagger';

interface RequestBody {
  required?: boolean;
  content: Record<string, { schema?: { $ref?: string } }>;
}

/** Says of every body in which nothing is required that it may be left out, as the validators have it. */
export function relaxBodies(document: OpenAPIObject): void {
  const schemas = (document.components?.schemas ?? {}) as Record<string, { required?: string[] }>;
  for (const operations of Object.values(document.paths))
    for (const { requestBody } of Object.values(operations) as { requestBody?: RequestBody }[]) {
      const name = requestBody?.content['application/json']?.schema?.$ref?.split('/').at(-1);
      if (requestBody && name !== undefined && !schemas[name]?.required?.length) requestBody.required = false;
    }
}
