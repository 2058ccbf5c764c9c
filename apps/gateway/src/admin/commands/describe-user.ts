import { limitKinds } from '../../limits/limited.js';
import type { AdminUser } from '../users.js';
import { loginName } from './require-user.js';

/** One line for a person: what holds, and where it comes from when it is not the user's own. */
export const describeUser = (user: AdminUser): string =>
  [
    loginName({ email: user.email, pin: user.enterprise }),
    `account ${user.accountId}`,
    commsOf(user),
    trustOf(user),
    ...limitsOf(user),
    ...(user.disabled ? ['disabled'] : []),
  ].join(', ');

function commsOf({ commsEnabled, mayUseComms }: AdminUser): string {
  if (commsEnabled) return 'Comms API enabled';
  return mayUseComms ? 'Comms API enabled by the enterprise (not of its own)' : 'Comms API disabled';
}

function trustOf({ trust, trusted }: AdminUser): string {
  return trusted && trust !== 'verified'
    ? `trust verified by the enterprise (own ${trust})`
    : `trust ${trust}`;
}

function limitsOf({ rateLimits }: AdminUser): string[] {
  const own = limitKinds.filter((kind) => rateLimits[kind] !== undefined);
  return own.map((kind) => `${kind} limit ${rateLimits[kind]}/min`);
}

/** For scripts: `created` says whether this very command has made the user, so the time has another name here. */
export function userJson({ id, created, ...user }: AdminUser): object {
  return { userId: id, ...user, createdAt: created };
}
