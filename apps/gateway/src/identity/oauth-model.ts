import OAuth2Server from '@node-oauth/oauth2-server';
import type { Sql } from '@qflow/persistence';
import { apiScope, type AccessTokens } from './access-tokens.js';
import { clientMatches } from './clients.js';
import { findRefreshToken, newRefreshToken, rotate, startFamily } from './refresh-tokens.js';
import { logIn, type UserIds } from './log-in.js';

const { InvalidGrantError, InvalidScopeError } = OAuth2Server;

export const grants = ['password', 'refresh_token'];
export const offlineScope = 'offline_access';
export const scopes = [apiScope, 'openid', offlineScope];

/** The user as the library hands it from one of these functions to the next. */
interface GrantUser extends UserIds {
  /** The refresh token that is being exchanged; absent in a login with a password. */
  spending?: string;
  /** What the login was granted; a refresh may ask for less. */
  granted?: string[];
}

/** The parts of the library's model that the two grants use. */
type Model = Omit<OAuth2Server.PasswordModel & OAuth2Server.RefreshTokenModel, 'getAccessToken'>;

/** What the OAuth library asks of our tables (its `Model`). */
export const oauthModel = (sql: Sql, tokens: AccessTokens): Model => ({
  async getClient(id, secret) {
    return (await clientMatches(sql, id, secret)) && { id, grants };
  },

  async getUser(username, password) {
    return logIn(sql, username, password);
  },

  async validateScope(_user, _client, scope) {
    return scope?.includes(apiScope) && scope.every((one) => scopes.includes(one)) && scope;
  },

  async generateAccessToken(client, user, scope) {
    // A refresh may narrow the scope, but a token without the API's own scope opens nothing.
    if (!scope.includes(apiScope)) throw new InvalidScopeError(`Invalid scope: ${apiScope} is required`);
    const { id, accountId } = user as GrantUser;
    return tokens.mint({ accountId, userId: id, clientId: client.id, scope });
  },

  async generateRefreshToken(_client, user, scope) {
    return ((user as GrantUser).granted ?? scope).includes(offlineScope) ? newRefreshToken() : '';
  },

  async getRefreshToken(refreshToken) {
    const found = await findRefreshToken(sql, refreshToken);
    if (!found) return undefined;
    const { id, accountId, clientId, scope, expiresAt } = found;
    const user: GrantUser = { id, accountId, spending: refreshToken, granted: scope };
    const client = { id: clientId, grants };
    return { refreshToken, refreshTokenExpiresAt: expiresAt, scope, client, user };
  },

  async revokeToken() {
    // Spent in saveToken, in the statement that stores the successor: never one without the other.
    return true;
  },

  async saveToken(token, client, user) {
    const { spending, ...ids } = user as GrantUser;
    const { refreshToken, refreshTokenExpiresAt, scope } = token;
    if (refreshToken && refreshTokenExpiresAt) {
      if (!spending)
        await startFamily(
          sql,
          { ...ids, clientId: client.id, scope: scope ?? [] },
          refreshToken,
          refreshTokenExpiresAt,
        );
      else if (!(await rotate(sql, spending, refreshToken, refreshTokenExpiresAt)))
        throw new InvalidGrantError('Invalid grant: refresh token is invalid');
    }
    return { ...token, client, user };
  },
});
