import { describe, expect, it } from '@jest/globals';
import { dependenciesOf, refuseForeign } from './dependencies.js';

describe('the dependencies of an app', () => {
  it('are its own, those of its libraries and theirs', async () => {
    const { names, versions } = await dependenciesOf('events');
    for (const name of [
      '@qflow/events',
      '@qflow/messaging',
      '@nats-io/jetstream',
      '@nats-io/nats-core',
      'pino',
    ])
      expect(names).toContain(name);
    expect(versions).toContain('@nats-io/jetstream@3.4.0');
  });

  it('are of the version that the app itself gets where there are several', async () => {
    const { versions } = await dependenciesOf('gateway');
    expect([...versions].filter((entry) => entry.startsWith('lru-cache@11'))).toHaveLength(1);
  });

  it('are neither what tests and builds it, nor optional packages that only others ask for', async () => {
    const { names } = await dependenciesOf('gateway');
    for (const name of [
      '@qflow/testing',
      'oidc-provider',
      'openapi-typescript',
      'typescript',
      'jest',
      'esbuild',
    ])
      expect(names).not.toContain(name);
    expect(names).toContain('@nestjs/swagger');
    expect((await dependenciesOf('events')).names).not.toContain('@nestjs/swagger');
  });
});

describe('a bundle', () => {
  it('must not hold anything else', async () => {
    const gateway = await dependenciesOf('gateway');
    expect(() => refuseForeign('gateway', ['@qflow/gateway@0.1.0'], gateway)).not.toThrow();
    expect(() => refuseForeign('gateway', ['@qflow/gateway@0.1.0', 'oidc-provider@9.13.3'], gateway)).toThrow(
      'gateway imports packages that it does not depend on at run time: oidc-provider@9.13.3.',
    );
  });
});
