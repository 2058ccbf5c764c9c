import OAuth2Server from '@node-oauth/oauth2-server';
import type { Sql } from '@qflow/persistence';
import { v7 as uuidv7 } from 'uuid';
import { apiScope, type AccessTokens } from './access-tokens.js';
import type { KnownUser, UserIds } from './log-in.js';
import type { PasswordLogin } from './password-login.js';
import { findRefreshToken, newRefreshToken, rotate, startLogin } from './refresh-tokens.js';
import type { LoginRevocations } from './revocation/login-revocations.js';

const { InvalidGrantError, InvalidScopeError } = OAuth2Server;

export const grants = ['password', 'refresh_token'];
export const offlineScope = 'offline_access';
export const scopes = [apiScope, 'openid', offlineScope];

/** The user as the library hands it from one of these functions to the next. */
interface GrantUser extends UserIds {
  loginId: string;
  /** Whose password was right; absent where a refresh token is exchanged. */
  known?: KnownUser;
  /** The refresh token that is being exchanged; absent in a login with a password. */
  spending?: string;
  /** What the login was granted; a refresh may ask for less. */
  granted?: string[];
}

/** The parts of the library's model that the two grants use. */
type Model = Omit<OAuth2Server.PasswordModel & OAuth2Server.RefreshTokenModel, 'getAccessToken'>;

export interface ModelParts {
  sql: Sql;
  tokens: AccessTokens;
  logins: PasswordLogin;
  revocations: LoginRevocations;
  /** Of the request; its secret was checked before. */
  client: { id: string };
  /** Where the request comes from. */
  ip: string;
}

/**
 * The library takes only some of Unicode as a user name or password; we have checked ours and hand them through in
 * ASCII.
 */
export const sealText = encodeURIComponent;
const openText = decodeURIComponent;

/** What the OAuth library asks of our tables (its `Model`), for one request. */
export const oauthModel = ({ sql, tokens, logins, revocations, client: { id }, ip }: ModelParts): Model => ({
  getClient() {
    return Promise.resolve({ id, grants });
  },

  async getUser(username, password): Promise<GrantUser | undefined> {
    const known = await logins.attempt(openText(username), openText(password), ip);
    return known && { id: known.id, accountId: known.accountId, loginId: uuidv7(), known };
  },

  async validateScope(_user, _client, scope) {
    if (scope?.includes(apiScope) && scope.every((one) => scopes.includes(one))) return scope;
    throw new InvalidScopeError(
      `Invalid scope: ask for ${scopes.join(', ')}, of which ${apiScope} is required`,
    );
  },

  async generateAccessToken(client, user, scope) {
    // A refresh may narrow the scope, but a token without the API's own scope opens nothing.
    if (!scope.includes(apiScope)) throw new InvalidScopeError(`Invalid scope: ${apiScope} is required`);
    const { id: userId, accountId, loginId } = user as GrantUser;
    return tokens.mint({ accountId, userId, loginId, clientId: client.id, scope });
  },

  async generateRefreshToken(_client, user, scope) {
    return ((user as GrantUser).granted ?? scope).includes(offlineScope) ? newRefreshToken() : '';
  },

  async getRefreshToken(refreshToken) {
    const found = await findRefreshToken(sql, refreshToken);
    if (!found) return undefined;
    if ('reused' in found) return void revocations.announce(found.reused);
    const { clientId, scope, expiresAt, ...ids } = found.login;
    const user: GrantUser = { ...ids, spending: refreshToken, granted: scope };
    const client = { id: clientId, grants };
    return { refreshToken, refreshTokenExpiresAt: expiresAt, scope, client, user };
  },

  async revokeToken() {
    // Spent in saveToken, in the statement that stores the successor: never one without the other.
    return true;
  },

  async saveToken(token, client, user) {
    const { spending, known, loginId } = user as GrantUser;
    const { refreshToken, refreshTokenExpiresAt: expiresAt, scope = [] } = token;
    const refresh = refreshToken && expiresAt ? { token: refreshToken, expiresAt } : undefined;
    if (known) {
      const login = { id: loginId, user: known, clientId: client.id, scope, ...(refresh && { refresh }) };
      if (!(await startLogin(sql, login)))
        throw new InvalidGrantError('Invalid grant: user credentials are invalid');
    } else if (spending && refresh) {
      const lost = await rotate(sql, spending, refresh.token, refresh.expiresAt);
      if (lost) {
        revocations.announce(lost.reused);
        throw new InvalidGrantError('Invalid grant: refresh token is invalid');
      }
    }
    return { ...token, client, user };
  },
});
