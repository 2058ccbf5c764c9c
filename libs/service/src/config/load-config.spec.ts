import { describe, expect, it } from '@jest/globals';
import { databaseSettings, httpSettings, messagingSettings, natsOf } from './common-settings.js';
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
      PORT: setting.port({ default: 3000, doc: '' }),
      COUNT: setting.integer({ min: 1, max: 9, default: 3, doc: '' }),
      ON: setting.boolean({ default: false, doc: '' }),
      NAMES: setting.list({ default: [], doc: '' }),
      MAYBE: setting.optional(setting.string({ doc: '' })),
    };
    expect(loadConfig(shape, { PORT: '8080', ON: 'true', NAMES: 'a, b,', COUNT: '' })).toEqual({
      PORT: 8080,
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

describe('setting.number', () => {
  const SHARE = setting.number({ min: 0, max: 1, default: 1, doc: '' });

  it.each([
    ['0', 0],
    ['0.25', 0.25],
    ['1', 1],
  ])('reads %s', (raw, value) => {
    expect(loadConfig({ SHARE }, { SHARE: raw })).toEqual({ SHARE: value });
  });

  it.each(['1.01', '-0.1', '0,5', '.5', '1e-3', 'half'])('refuses %s', (raw) => {
    expect(problemsOf(() => loadConfig({ SHARE }, { SHARE: raw }))).toHaveLength(1);
  });
});

describe('natsOf', () => {
  const natsWith = (env: Record<string, string>) =>
    natsOf(loadConfig(messagingSettings, { NATS_URL: 'nats://nats:4222', ...env }));

  it('has the user with the password', () => {
    expect(natsWith({ NATS_USER: 'sender', NATS_PASSWORD: 'secret' })).toEqual({
      url: 'nats://nats:4222',
      user: 'sender',
      password: 'secret',
    });
  });

  it('misses the one where only the other is set', () => {
    expect(problemsOf(() => natsWith({ NATS_USER: 'sender' }))).toEqual([
      'NATS_PASSWORD is missing, but NATS_USER is set.',
    ]);
    expect(problemsOf(() => natsWith({ NATS_PASSWORD: 'secret' }))).toEqual([
      'NATS_USER is missing, but NATS_PASSWORD is set.',
    ]);
  });

  it('refuses a file that has no certificate in it, or is none', () => {
    for (const NATS_CA_FILE of [import.meta.filename, '/nowhere/ca.crt'])
      expect(problemsOf(() => natsWith({ NATS_CA_FILE })).join()).toContain(
        'expected the path of a PEM file with certificates',
      );
  });
});
