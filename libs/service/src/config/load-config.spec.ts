import { describe, expect, it } from '@jest/globals';
import { databaseSettings, httpSettings, messagingSettings } from './common-settings.js';
import { ConfigError, loadConfig } from './load-config.js';
import { setting } from './setting.js';

const problemsOf = (load: () => unknown): string[] => {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
  }
  return [];
};

describe('loadConfig', () => {
  it('reads what is set and falls back to what is not', () => {
    const shape = {
      ...httpSettings(3000),
      COUNT: setting.integer({ min: 1, max: 9, default: 3, doc: '' }),
      ON: setting.boolean({ default: false, doc: '' }),
      NAMES: setting.list({ default: [], doc: '' }),
      MAYBE: setting.optional(setting.string({ doc: '' })),
    };
    expect(loadConfig(shape, { PORT: '8080', ON: 'true', NAMES: 'a, b,', COUNT: '' })).toEqual({
      HOST: '0.0.0.0',
      PORT: 8080,
      LOG_LEVEL: 'info',
      COUNT: 3,
      ON: true,
      NAMES: ['a', 'b'],
      MAYBE: undefined,
    });
  });

  it('names every variable that is missing or wrong, what it got and what it expects', () => {
    const problems = problemsOf(() =>
      loadConfig(
        { ...httpSettings(3000), ...databaseSettings, ...messagingSettings },
        { PORT: '80a', LOG_LEVEL: 'loud', DATABASE_POOL: '1', NATS_URL: 'http://x' },
      ),
    );
    expect(problems).toEqual([
      'PORT is "80a", expected a TCP port from 0 to 65535. Port to listen on; 0 takes a free one.',
      'LOG_LEVEL is "loud", expected one of fatal, error, warn, info, debug, trace. Least severe log line that is written.',
      'DATABASE_URL is missing, expected a URL that starts with postgres:// or postgresql://. PostgreSQL, such as postgres://qflow:secret@127.0.0.1:5432/qflow.',
      'DATABASE_POOL is "1", expected a whole number from 2 to 100. Connections to PostgreSQL of one replica.',
      'NATS_URL is a value of 8 characters (not shown), expected a URL that starts with nats:// or tls://. NATS with JetStream enabled, such as nats://127.0.0.1:4222; several servers separated by commas.',
    ]);
  });

  it('never shows a secret, nor what its reader says of it', () => {
    const KEY = setting.custom({
      secret: true,
      expects: 'a key',
      doc: '',
      read: (raw: string) => {
        throw new Error(`bad ${raw}`);
      },
    });
    expect(problemsOf(() => loadConfig({ KEY }, { KEY: 'hunter2' })).join()).not.toContain('hunter2');
  });
});
