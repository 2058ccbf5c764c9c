import { applyDecorators } from '@nestjs/common';
import { ApiOkResponse, ApiProperty } from '@nestjs/swagger';
import type { PageRequest } from '@qflow/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';

export const maxPage = 200;
const defaultPage = 50;

/** `?after=&limit=` of every list; lists that can be filtered extend it. Read with `ValidQuery`. */
export class PageQuery {
  @ApiProperty({
    required: false,
    type: String,
    maxLength: 500,
    description: 'Where to go on: taken from the `next` link of the page before.',
  })
  after?: string;
  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 1,
    maximum: maxPage,
    default: defaultPage,
    description: 'Entries at the most.',
  })
  limit?: number;
}

export const pageOf = ({ after, limit }: PageQuery): PageRequest => ({
  after: after ?? null,
  limit: limit ?? defaultPage,
});

/**
 * Tells of the next page in the `Link` header (RFC 8288, `rel="next"`): the same request, further on. Without one
 * the list has ended.
 */
export function linkNext(request: FastifyRequest, reply: FastifyReply, next: string | null): void {
  if (next !== null) void reply.header('Link', `<${nextAddress(request, next)}>; rel="next"`);
}

/** The address of the request with another `after`. */
export function nextAddress({ url }: FastifyRequest, next: string): string {
  // A query may hold further question marks (RFC 3986 §3.4).
  const [, path = '', query] = /^([^?]*)\??(.*)$/s.exec(url) ?? [];
  const parameters = new URLSearchParams(query);
  parameters.set('after', next);
  return `${path}?${parameters.toString()}`;
}

/** Documents a 200 that is one page of a bare array. */
export const ApiPage = (options: {
  type: [abstract new () => object];
  description: string;
}): MethodDecorator =>
  applyDecorators(
    ApiOkResponse({
      description: options.description,
      type: options.type as never,
      headers: {
        Link: {
          description: 'The next page, `rel="next"` (RFC 8288); absent on the last one.',
          schema: { type: 'string' },
        },
      },
    }),
  );
