import { anyAddress, type Answer, type TestGateway, type TestUser } from './test-gateway.js';

type Form = Record<string, string>;

/** What specs send to the OAuth endpoints, as the client of the test gateway. */
export class OAuth {
  constructor(
    private readonly gateway: TestGateway,
    /** Which replica is asked, where it is not the first. */
    private readonly url?: string,
  ) {}

  /** The same client at another replica. */
  at(url: string): OAuth {
    return new OAuth(this.gateway, url);
  }

  passwordForm({ email, password }: Pick<TestUser, 'email' | 'password'>, values: Form = {}): Form {
    return {
      grant_type: 'password',
      ...this.client(),
      scope: 'qflowapi offline_access',
      username: email,
      password,
      ...values,
    };
  }

  refreshForm(refreshToken: unknown, values: Form = {}): Form {
    return {
      grant_type: 'refresh_token',
      ...this.client(),
      refresh_token: String(refreshToken),
      ...values,
    };
  }

  logIn(user: Pick<TestUser, 'email' | 'password'>, values: Form = {}, headers: Form = {}): Promise<Answer> {
    return this.gateway.token(this.passwordForm(user, values), headers, this.url);
  }

  refresh(refreshToken: unknown, values: Form = {}): Promise<Answer> {
    return this.gateway.token(this.refreshForm(refreshToken, values), {}, this.url);
  }

  revoke(token: unknown, values: Form = {}, headers: Form = {}): Promise<Answer> {
    return this.send(
      '/core/connect/revocation',
      { token: String(token), ...this.client(), ...values },
      headers,
    );
  }

  /** Whether a route of the API takes the token. */
  async works(token: unknown): Promise<boolean> {
    const { status } = await this.gateway.call('GET', '/api/comms/webhook', {
      token: String(token),
      ...(this.url && { url: this.url }),
    });
    return status !== 401;
  }

  private send(path: string, form: Form, headers: Form): Promise<Answer> {
    return this.gateway.call('POST', path, {
      raw: new URLSearchParams(form).toString(),
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        'X-Forwarded-For': anyAddress(),
        ...headers,
      },
      ...(this.url && { url: this.url }),
    });
  }

  private client(): Form {
    const { id, secret } = this.gateway.client;
    return { client_id: id, client_secret: secret };
  }
}

/** Status and error code, which is what clients branch on. */
export const errorOf = ({ status, body }: Answer): unknown[] => [status, body.error];
