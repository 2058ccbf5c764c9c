import { describe, expect, it } from '@jest/globals';
import { loadTemplatesConfig } from './config.js';

const env = { NATS_URL: 'nats://127.0.0.1:4222', DATABASE_URL: 'postgres://qflow@127.0.0.1/qflow' };

describe('the configuration', () => {
  it('has a default for everything but NATS and PostgreSQL', () => {
    expect(loadTemplatesConfig(env)).toMatchObject({ PORT: 3001, DATABASE_POOL: 8 });
  });

  it('names everything that is missing or wrong', () => {
    expect(() => loadTemplatesConfig({ DATABASE_URL: 'mysql://x', PORT: 'http' })).toThrow(
      /PORT is "http", expected[^]+NATS_URL is missing, expected[^]+DATABASE_URL is [^]+ expected/,
    );
  });
});
