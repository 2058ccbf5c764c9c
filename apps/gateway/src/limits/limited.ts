import { SetMetadata } from '@nestjs/common';

/** The budgets an account has per minute (guide, "Rate limits"); what is in no other one counts as `other`. */
export const limitKinds = ['guest', 'send', 'other'] as const;
export type LimitKind = (typeof limitKinds)[number];

export const LIMIT_KIND = Symbol('LimitKind');

/** Which budget a route draws on. A call with an array for a body costs one per item. */
export const Limited = (kind: LimitKind): MethodDecorator => SetMetadata(LIMIT_KIND, kind);
