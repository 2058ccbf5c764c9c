import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, testNats, type TestDatabase, type TestNats } from '@qflow/testing';
import { type App, apps } from '../src/bundle/apps.js';
import { bundleApp } from '../src/bundle/bundle-app.js';
import type { Sbom } from '../src/bundle/sbom.js';
import { Bundles } from './bundle/bundles.js';
import { digestsOf, lookingBesideThemselves } from './bundle/files.js';
import { type Ended, Program, run } from './bundle/program.js';
import { ownSettings } from './bundle/settings.js';

/** Reads the answer to its end: a service waits for who is still reading. */
async function got(url: string): Promise<{ url: string; status: number; text: string }> {
  const answer = await fetch(url);
  return { url, status: answer.status, text: await answer.text() };
}

const preparing = ['gateway', 'templates', 'sender', 'events', 'webhooks'] as const;

/** Bounds a hang: it takes a tenth of this on a machine that has nothing else to do. */
const limitMs = 300_000;

let bundles: Bundles;
let database: TestDatabase;
let nats: TestNats;
let env: Record<string, string>;

beforeAll(async () => {
  [bundles, database, nats] = await Promise.all([Bundles.make(), testDatabase(), testNats()]);
  env = { DATABASE_URL: database.url, NATS_URL: nats.url, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'info' };
}, limitMs);

afterAll(async () => {
  await nats.stop();
  await database.drop();
  await bundles.remove();
});

describe('a bundle', () => {
  it('has the programs that the app has', () => {
    expect(Object.fromEntries(apps.map((app) => [app, bundles.of(app).programs]))).toEqual({
      gateway: ['main.js', 'migrate.js', 'admin.js'],
      templates: ['main.js', 'migrate.js'],
      sender: ['main.js', 'migrate.js'],
      events: ['main.js', 'migrate.js'],
      webhooks: ['main.js', 'migrate.js', 'reencrypt.js'],
      sandbox: ['main.js', 'cluster-secrets.js'],
    });
  });

  it.each(apps)('of %s holds nothing that only tests need', (app) => {
    const files = bundles.of(app).files.filter((file) => !file.includes('/node_modules/'));
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((file) => /\/(testing|test|tools)\/|\.spec\./.test(file))).toEqual([]);
  });

  it.each(apps)('of %s has an SBOM that lists all of it, Node included', async (app) => {
    const text = await readFile(path.join(bundles.folder(app), 'sbom.cdx.json'), 'utf8');
    const { metadata, components, dependencies } = JSON.parse(text) as Sbom;
    const listed = [metadata.component, ...components].map((component) => component['bom-ref']);
    expect(listed.sort()).toEqual(
      [...bundles.of(app).packages, `pkg:generic/node@${process.versions.node}`].sort(),
    );
    expect(dependencies.length).toBe(listed.length - 1);
  });

  it('of the same sources has the same bytes', async () => {
    const again = path.join(bundles.folder('gateway'), '..', 'again');
    await bundleApp('gateway', again);
    expect(await digestsOf(again)).toEqual(await digestsOf(bundles.folder('gateway')));
  });

  it('has every file that a module looks for beside itself, and knows who does', async () => {
    const found = await Promise.all(apps.map((app) => lookingBesideThemselves(bundles.of(app).files)));
    expect([...new Set(found.flat())].sort()).toEqual([
      // The protocol of gRPC, which no service speaks.
      '@nestjs/terminus/dist/health-indicator/microservice/grpc.health.js',
      // Looks whether an optional package is there.
      '@nestjs/terminus/dist/utils/checkPackage.util.js',
      // Threads that write logs, where one asks for a transport: ours go to standard output.
      'pino/lib/transport.js',
      // Scripts of the inbox (`foldersBeside`).
      'sandbox/dist/inbox/page/assets/assets.controller.js',
      'thread-stream/index.js',
      // Names itself in a stack trace.
      'undici/index.js',
    ]);
  });

  it('is not made of an app that has not been built', async () => {
    const out = path.join(bundles.folder('gateway'), '..', 'none');
    await mkdir(out);
    await expect(bundleApp('nobody' as App, out)).rejects.toThrow('apps/nobody is not built');
  });
});

describe('a signal before the service listens to any', () => {
  /** A program that has loaded what comes first, and then what `code` says. */
  const loading = (code: string): Program =>
    new Program(
      bundles.folder('gateway'),
      ['--input-type=module', '--eval', `await import('./lib/early-signals.js'); ${code}`],
      {},
    );

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('%s ends the program at once', async (signal, status) => {
    const program = loading(`console.log('loading'); setInterval(() => {}, 1000);`);
    await program.printed(/loading/);
    program.signal(signal);
    expect(await program.ended).toMatchObject({ code: status, signal: null });
  });

  it('is no longer its matter when the service does', async () => {
    const program = loading(
      `process.once('SIGTERM', () => { console.log('finishing'); clearInterval(timer); });
       const timer = setInterval(() => {}, 1000); console.log('serving');`,
    );
    await program.printed(/serving/);
    program.signal('SIGTERM');
    expect(await program.ended).toMatchObject({ code: 0, output: 'serving\nfinishing' });
  });

  it.each(apps)('is listened to by every program of %s before the rest is loaded', async (app) => {
    for (const program of bundles.of(app).programs)
      expect(await readFile(path.join(bundles.folder(app), program), 'utf8')).toBe(
        `import './lib/early-signals.js';\nawait import('./lib/${program}');\n`,
      );
  });
});

describe('without settings', () => {
  it('a service names what it lacks and ends with EX_CONFIG', async () => {
    const { code, output } = await run(bundles.folder('sender'), ['main.js']);
    expect({ code, output }).toEqual({
      code: 78,
      output: expect.stringMatching(/^The configuration is not usable:\n {2}- NATS_URL is missing/),
    });
  });

  it('a health check fails, and says why', async () => {
    const { code, output } = await run(bundles.folder('sandbox'), ['health-check.js'], { PORT: '9' });
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining('ECONNREFUSED') });
  });
});

describe('the platform, bundled', () => {
  const services = new Map<App, Program>();
  const urls = new Map<App, string>();
  const prepared = new Map<App, Ended>();

  beforeAll(async () => {
    const prepare = async (app: App): Promise<void> => {
      prepared.set(app, await run(bundles.folder(app), ['migrate.js'], { ...env, ...ownSettings[app] }));
    };
    const serve = async (app: App): Promise<void> => {
      const service = new Program(bundles.folder(app), ['main.js'], { ...env, ...ownSettings[app] });
      services.set(app, service);
      urls.set(app, await service.url());
    };
    await Promise.all(preparing.map(prepare));
    await Promise.all(apps.map(serve));
  }, limitMs);

  afterAll(() => {
    for (const service of services.values()) service.kill();
  });

  it.each(preparing)('has prepared what %s needs', (app) => {
    expect(prepared.get(app)).toMatchObject({ code: 0, output: expect.stringContaining('up to date') });
  });

  it.each(apps)('has %s ready, and healthy for Docker', async (app) => {
    expect(await got(`${urls.get(app)}/health/ready`)).toMatchObject({ status: 200 });
    const { port } = new URL(urls.get(app)!);
    const check = await run(bundles.folder(app), ['health-check.js'], { PORT: port });
    expect(check).toMatchObject({ code: 0, output: expect.stringContaining('"ok"') });
  });

  it('signs people in whose passwords it has hashed', async () => {
    const admin = (...args: string[]): Promise<Ended> =>
      run(bundles.folder('gateway'), ['admin.js', ...args], { ...env, ...ownSettings.gateway });
    const login = { username: 'ada@example.com', password: 'correct horse battery' };
    const client = { client_id: 'spec', client_secret: 'a-secret-of-the-client' };
    for (const args of [
      ['user', 'create', '--email', login.username, '--password', login.password],
      ['client', 'create', '--id', client.client_id, '--secret', client.client_secret],
    ])
      expect(await admin(...args)).toMatchObject({ code: 0 });
    const answer = await fetch(`${urls.get('gateway')}/core/connect/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'password', scope: 'qflowapi', ...login, ...client }),
    });
    expect(await answer.json()).toMatchObject({ token_type: 'Bearer', access_token: expect.any(String) });
  });

  it('shows its reference, with the files that the page asks for', async () => {
    const docs = `${urls.get('gateway')}/docs`;
    const page = await got(docs);
    const files = [...page.text.matchAll(/(?:src|href)=['"]\.\/docs\/([^'"]+)/g)].map(([, file]) => file);
    expect(files).toContain('swagger-ui-bundle.js');
    for (const file of files)
      expect(await got(`${docs}/${file}`)).toMatchObject({ status: 200, url: `${docs}/${file}` });
  });

  it('shows the inbox, with its scripts', async () => {
    const assets = `${urls.get('sandbox')}/inbox/assets`;
    for (const file of ['style.css', 'page.js', 'morph.js'])
      expect(await got(`${assets}/${file}`)).toMatchObject({ status: 200, url: `${assets}/${file}` });
  });

  it('ends well when it is told to', async () => {
    for (const service of services.values()) service.signal('SIGTERM');
    for (const app of apps) {
      const { code, output } = await services.get(app)!.ended;
      expect({ app, code, last: output.split('\n').at(-1) }).toEqual({
        app,
        code: 0,
        last: expect.stringContaining('"stopped"'),
      });
    }
  });
});
