import { applyDecorators, RequestMethod, UseFilters, UseGuards } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { Problems } from '../problem/problems.js';
import { eachHandler } from '../validation/each-handler.js';
import { IdempotencyGuard } from './idempotency.guard.js';
import { ReplayFilter } from './replay.js';

const repeatable = applyDecorators(
  UseGuards(IdempotencyGuard),
  Problems('validation_error', 'idempotency_conflict'),
  ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: [
      'Makes the request safe to repeat: for 24 hours a repetition is not carried out, but answered like the first,',
      'with `Idempotency-Replayed: true`. Choose a new key for each new request; a UUID serves.',
    ].join(' '),
    // Without an example: /docs would fill it in, and every request tried out there would have the same key.
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  }),
);

/**
 * Every POST of the controller takes an `Idempotency-Key`. The guard is put on the methods, not on the class: so it
 * comes after every other guard, and what those refuse is not remembered.
 */
export const Repeatable = (): ClassDecorator =>
  applyDecorators(
    UseFilters(ReplayFilter),
    eachHandler((method) => (method === RequestMethod.POST ? repeatable : undefined)),
  );
