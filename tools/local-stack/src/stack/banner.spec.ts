import { describe, expect, it } from '@jest/globals';
import { readyBanner, runningBanner, tokenCommand } from './banner.js';
import { defaultDataDir } from './folder.js';
import type { StackInfo } from './stack-info.js';

const service = 'http://127.0.0.1:20000';
const info: StackInfo = {
  gateway: 'http://127.0.0.1:3000',
  sandbox: 'http://127.0.0.1:3005',
  ingest: 'http://127.0.0.1:3003',
  natsUrl: 'nats://127.0.0.1:4222',
  databaseUrl: 'postgres://127.0.0.1:5432/qflow',
  services: {
    gateway: service,
    templates: service,
    sender: service,
    events: service,
    webhooks: service,
    sandbox: service,
  },
  pid: 100,
  processes: { gateway: 101 },
  demo: { username: 'demo@qflow.test', password: 'pass-word', clientId: 'demo', clientSecret: 'sec_ret' },
};

describe('the banners', () => {
  it('ask for a token as the guide does: a form with the password grant', () => {
    expect(tokenCommand(info).replaceAll(/ \\\n\s+/g, ' ')).toBe(
      'curl -s http://127.0.0.1:3000/core/connect/token -d grant_type=password -d client_id=demo ' +
        '-d client_secret=sec_ret -d scope=qflowapi -d username=demo@qflow.test -d password=pass-word',
    );
  });

  it('say how to reach a stack that is kept elsewhere', () => {
    expect(readyBanner(info, defaultDataDir)).toContain('    npm run demo\n');
    expect(readyBanner(info, '/elsewhere')).toContain('    npm run demo -- --data /elsewhere\n');
  });

  it('say who is still starting', () => {
    const text = runningBanner({ pid: 7, since: '2026-04-29T10:23:00.000Z', info: undefined }, '/elsewhere');
    expect(text).toBe(
      'Process 7 is starting a stack on /elsewhere right now (since 2026-04-29T10:23:00.000Z).',
    );
  });
});
