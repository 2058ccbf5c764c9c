import { applyDecorators, Controller, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Problems } from '../problem/problems.js';
import { eachHandler, readsBody } from '../validation/each-handler.js';
import { QueryGuard } from '../validation/query.guard.js';
import { OperatorGuard } from './operator.guard.js';

/** Name of the security scheme in the OpenAPI document. */
export const operatorScheme = 'operatorKey';

const ofBodies = Problems('payload_too_large', 'unsupported_media_type');

/** A controller whose routes need an operator's key. They belong to no account, so no account's limits hold here. */
export const OperatorController = (path: string): ClassDecorator =>
  applyDecorators(
    Controller(`api/admin/${path}`),
    UseGuards(OperatorGuard, QueryGuard),
    ApiTags('Operators'),
    ApiBearerAuth(operatorScheme),
    Problems('validation_error', 'unauthorized', 'insufficient_scope', 'server_error', 'unavailable'),
    eachHandler((method) => (readsBody(method) ? ofBodies : undefined)),
  );
