import { applyDecorators, Controller, SetMetadata, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOAuth2, ApiTags } from '@nestjs/swagger';
import { Repeatable } from '../idempotency/repeatable.js';
import { RateLimitGuard } from '../limits/rate-limit.guard.js';
import { EdgeProblems } from '../problem/edge-problems.js';
import { Problems } from '../problem/problems.js';
import { QueryGuard } from '../validation/query.guard.js';
import { CommsGuard, SendingGuard } from './access.guards.js';
import { BearerGuard } from './bearer.guard.js';
import { REQUIRED_SCOPE, ScopeGuard, type ApiScope } from './scope.guard.js';

/** Names of the security schemes in the OpenAPI document. */
export const bearerScheme = 'bearer';
export const passwordScheme = 'password';

/**
 * A controller whose routes need an access token, or an API key with this scope.
 * @param tag its group in the reference
 * @param paths where it answers: `/api/…` of the guide first, then the prefixes of the webhooks page
 */
export const AccountController = (tag: string, scope: ApiScope, ...paths: string[]): ClassDecorator =>
  applyDecorators(
    Controller(paths),
    UseGuards(BearerGuard, ScopeGuard, RateLimitGuard, QueryGuard),
    Repeatable(),
    SetMetadata(REQUIRED_SCOPE, scope),
    ApiTags(tag),
    ApiBearerAuth(bearerScheme),
    ApiOAuth2(['qflowapi'], passwordScheme),
    EdgeProblems(),
  );

/** 403 `comms_api_not_enabled` to accounts that are not on the allow-list. */
export const RequiresComms = (): MethodDecorator =>
  applyDecorators(UseGuards(CommsGuard), Problems('comms_api_not_enabled'));

/** The same, and 403 `trust_required` before sender verification is complete. */
export const RequiresSending = (): MethodDecorator =>
  applyDecorators(UseGuards(SendingGuard), Problems('comms_api_not_enabled', 'trust_required'));
