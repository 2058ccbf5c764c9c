import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { loadGatewayConfig } from './config.js';

const env = {
  DATABASE_URL: 'postgres://q@127.0.0.1/q',
  NATS_URL: 'nats://127.0.0.1:4222',
  SECRET_KEYS: `k1:${randomBytes(32).toString('base64')}`,
};

describe('loadGatewayConfig', () => {
  it('has a default for all that can have one', () => {
    expect(loadGatewayConfig(env)).toMatchObject({
      PORT: 3000,
      PUBLIC_URL: 'http://127.0.0.1:3000',
      REFRESH_TOKEN_DAYS: 30,
      SIGNING_KEY_DAYS: 90,
      TRUSTED_PROXIES: [],
      OIDC_ACCOUNT_CLAIM: 'email',
      BODY_LIMIT_KB: 1024,
      CORS_ORIGINS: [],
      RATE_LIMIT_GUEST: 500,
      RATE_LIMIT_SEND: 300,
      RATE_LIMIT_OTHER: 1000,
    });
  });

  it('derives the public address from the port, unless told', () => {
    expect(loadGatewayConfig({ ...env, PORT: '8080' }).PUBLIC_URL).toBe('http://127.0.0.1:8080');
    const told = loadGatewayConfig({ ...env, PUBLIC_URL: 'https://comms.example.com/' });
    expect(told.PUBLIC_URL).toBe('https://comms.example.com');
  });

  it('takes origins as browsers write them, and nothing else', () => {
    const load = (CORS_ORIGINS: string) => () => loadGatewayConfig({ ...env, CORS_ORIGINS });
    expect(load('https://app.example.com')().CORS_ORIGINS).toEqual(['https://app.example.com']);
    expect(load('https://app.example.com/')).toThrow(
      /CORS_ORIGINS is "https:\/\/app.example.com\/", expected \* for any/,
    );
  });

  it('names every setting that is missing or wrong, and shows no secret', () => {
    const load = () => loadGatewayConfig({ SECRET_KEYS: 'k1:c2VjcmV0', PUBLIC_URL: 'comms.example.com' });
    expect(load).toThrow(/DATABASE_URL is missing/);
    expect(load).toThrow(/NATS_URL is missing/);
    expect(load).toThrow(/PUBLIC_URL is "comms.example.com", expected a URL/);
    expect(load).toThrow(/SECRET_KEYS is a value of 11 characters \(not shown\), expected id:base64/);
    expect(load).not.toThrow(/c2VjcmV0/);
  });
});
