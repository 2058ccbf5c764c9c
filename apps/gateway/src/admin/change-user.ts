import { revokeUserLogins } from '../identity/revocation/revoke-logins.js';
import { limitKinds, type LimitKind } from '../limits/limited.js';
import type { Change } from './change.js';
import type { TrustState } from './trust.js';
import { requireUser, type AdminUser } from './users.js';

/** What an operator may change; what is undefined stays as it is. */
export interface UserChange {
  commsEnabled?: boolean | undefined;
  trust?: TrustState | undefined;
  disabled?: boolean | undefined;
  /** Of the new password; see {@link NewUser.passwordHash}. */
  passwordHash?: string | undefined;
  /** Per minute; null goes back to the usual limit. */
  rateLimits?: WantedLimits | undefined;
}

type WantedLimits = Partial<Record<LimitKind, number | null>>;

/**
 * Rights and limits hold within seconds. A new password and disabling end all logins; disabling stops the user's API
 * keys as well, until the user is enabled again.
 * @throws CodedError `not_found`
 */
export async function changeUser(change: Change, id: string, values: UserChange): Promise<AdminUser> {
  const user = await requireUser(change.sql, id);
  await setAccount(change, user, values);
  if (values.passwordHash !== undefined) await setPassword(change, user, values.passwordHash);
  if (values.disabled !== undefined) await setDisabled(change, user, values.disabled);
  return requireUser(change.sql, id);
}

const subjectOf = ({ id }: AdminUser): string => `user:${id}`;

const nameOf = ({ email, enterprise }: AdminUser): Record<string, unknown> => ({ email, enterprise });

async function setAccount(change: Change, user: AdminUser, values: UserChange): Promise<void> {
  const { commsEnabled, trust } = values;
  const rateLimits = values.rateLimits && knownLimits(values.rateLimits);
  await change.sql(
    `UPDATE accounts SET comms_enabled = COALESCE($2, comms_enabled), trust = COALESCE($3, trust),
            rate_limits = jsonb_strip_nulls(rate_limits || $4::jsonb)
      WHERE id = $1`,
    [user.accountId, commsEnabled ?? null, trust ?? null, rateLimits ?? {}],
  );
  const record = (action: string, details: object = {}): Promise<void> =>
    change.record(action, subjectOf(user), { ...nameOf(user), ...details });
  if (commsEnabled !== undefined) await record(commsEnabled ? 'user.grant' : 'user.revoke');
  if (trust !== undefined) await record('user.trust', { trust });
  if (rateLimits !== undefined) await record('user.limit', { rateLimits });
}

async function setPassword(change: Change, user: AdminUser, passwordHash: string): Promise<void> {
  await change.sql('UPDATE users SET password_hash = $2 WHERE id = $1', [user.id, passwordHash]);
  change.endedLogins = change.endedLogins.concat(await revokeUserLogins(change.sql, user.id));
  await change.record('user.password', subjectOf(user), nameOf(user));
}

async function setDisabled(change: Change, user: AdminUser, disabled: boolean): Promise<void> {
  await change.sql(
    `UPDATE users SET disabled_at = CASE WHEN $2::boolean THEN COALESCE(disabled_at, now()) END WHERE id = $1`,
    [user.id, disabled],
  );
  if (disabled) {
    change.endedLogins = change.endedLogins.concat(await revokeUserLogins(change.sql, user.id));
    const keys = await change.sql<{ hash: string }>(
      `SELECT encode(hash, 'hex') AS hash FROM api_keys WHERE user_id = $1`,
      [user.id],
    );
    change.revokedKeys = change.revokedKeys.concat(keys.map(({ hash }) => hash));
  }
  await change.record(disabled ? 'user.disable' : 'user.enable', subjectOf(user), nameOf(user));
}

/** What else an object from outside may hold is not kept. */
const knownLimits = (limits: WantedLimits): WantedLimits =>
  Object.fromEntries(
    limitKinds.filter((kind) => limits[kind] !== undefined).map((kind) => [kind, limits[kind]]),
  );
