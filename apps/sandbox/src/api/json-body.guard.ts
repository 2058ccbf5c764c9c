import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { isJsonType } from './json-type.js';

/**
 * Lets no other body than JSON through to the sandbox's own REST. Forms are read, too, for the pages' sake: without
 * this, JSON that `curl -d` sends as a form would be taken for a field of a strange name.
 */
@Injectable()
export class JsonBodyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    // Gone from requests without a body, see `guardApi`.
    const type = context.switchToHttp().getRequest<FastifyRequest>().headers['content-type'];
    if (type === undefined || isJsonType(type)) return true;
    throw new UnsupportedMediaTypeException(
      'The body must be JSON, sent with "Content-Type: application/json".',
    );
  }
}
