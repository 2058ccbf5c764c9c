import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { refusal } from './validators.js';

/** Refuses percent-encodings that are no text: the parser would hand them on as they stand. */
@Injectable()
export class QueryGuard implements CanActivate {
  /** @throws CodedError `validation_error` naming the parameter */
  canActivate(context: ExecutionContext): true {
    const { url } = context.switchToHttp().getRequest<FastifyRequest>();
    const start = url.indexOf('?');
    // Hardly any request has an escape in its query.
    if (start !== -1 && url.includes('%', start)) requireText(url.slice(start + 1));
    return true;
  }
}

function requireText(query: string): void {
  for (const pair of query.split('&')) {
    if (isText(pair)) continue;
    const name = pair.split('=', 1)[0] as string;
    const path = `/${isText(name) ? decodeURIComponent(name) : name}`;
    throw refusal([{ path, message: 'is not percent-encoded UTF-8' }]);
  }
}

function isText(encoded: string): boolean {
  try {
    decodeURIComponent(encoded);
    return true;
  } catch {
    return false;
  }
}
