import { applyDecorators } from '@nestjs/common';
import { eachHandler, readsBody } from '../validation/each-handler.js';
import { Problems } from './problems.js';

const ofBodies = Problems('validation_error', 'payload_too_large', 'unsupported_media_type');

/** What any route of an account can answer before its handler has a say: about address, body, token and budget. */
export const EdgeProblems = (): ClassDecorator =>
  applyDecorators(
    Problems(
      'validation_error',
      'unauthorized',
      'insufficient_scope',
      'rate_limit',
      'server_error',
      'unavailable',
    ),
    eachHandler((method) => (readsBody(method) ? ofBodies : undefined)),
  );
