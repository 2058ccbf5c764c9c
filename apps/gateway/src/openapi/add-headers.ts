import type { OpenAPIObject } from '@nestjs/swagger';

interface Response {
  headers?: Record<string, object>;
}

interface Operation {
  parameters?: { in?: string; name?: string }[];
  responses: Record<string, Response>;
  security?: object[];
}

const headers = {
  'X-Request-Id': {
    description: 'Names this exchange in the logs: what the request brought in this header, or a new id.',
    schema: { type: 'string' },
    example: '0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41',
  },
  'WWW-Authenticate': {
    description: 'What is wrong with the token (RFC 6750).',
    schema: { type: 'string' },
    example: 'Bearer error="invalid_token", error_description="The access token has expired."',
  },
  'RateLimit-Policy': {
    description:
      'The budget this call draws on: its name, its size `q` and its window `w` in seconds (draft-ietf-httpapi-ratelimit-headers).',
    schema: { type: 'string' },
    example: '"guest";q=500;w=60',
  },
  RateLimit: {
    description: 'What is left of it, `r`, and for how many seconds its window goes on, `t`.',
    schema: { type: 'string' },
    example: '"guest";r=499;t=60',
  },
  'Retry-After': {
    description: 'Seconds after which it is worth trying again.',
    schema: { type: 'integer', minimum: 1 },
    example: 2,
  },
  'Idempotency-Replayed': {
    description: '`true` where this is the answer to an earlier request with the same `Idempotency-Key`.',
    schema: { type: 'string', enum: ['true'] },
  },
};

type Name = keyof typeof headers;

/** Describes the headers that the edge puts on answers, whatever their route. */
export function addHeaders(document: OpenAPIObject): void {
  document.components = { ...document.components, headers: { ...document.components?.headers, ...headers } };
  for (const operations of Object.values(document.paths))
    for (const operation of Object.values(operations) as Operation[])
      for (const [status, response] of Object.entries(operation.responses))
        for (const name of namesFor(operation, Number(status)))
          response.headers = { ...response.headers, [name]: { $ref: `#/components/headers/${name}` } };
}

/** @returns which headers an answer may carry */
function namesFor({ parameters, responses, security }: Operation, status: number): Name[] {
  const isLimited = security !== undefined && '429' in responses;
  const takesKey = parameters?.some(({ name }) => name === 'Idempotency-Key') ?? false;
  // 401 comes before anything is counted; an answer is kept unless trying again may bring another.
  return [
    'X-Request-Id',
    ...(security !== undefined && status === 401 ? (['WWW-Authenticate'] as const) : []),
    ...(isLimited && status !== 401 ? (['RateLimit-Policy', 'RateLimit'] as const) : []),
    ...(status === 429 || status === 503 || (status === 409 && takesKey) ? (['Retry-After'] as const) : []),
    ...(takesKey && status < 500 && ![401, 403, 413, 415, 429].includes(status)
      ? (['Idempotency-Replayed'] as const)
      : []),
  ];
}
