import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { type AppSettings, apps, loadSettings } from './compose/app-settings.js';
import {
  appOf,
  type Compose,
  composeText,
  readCompose,
  variablesIn,
  workspace,
} from './compose/compose-file.js';
import {
  dependencyProblems,
  environmentProblems,
  hardeningProblems,
  imageProblems,
  networkProblems,
  variableProblems,
  volumeProblems,
} from './compose/rules.js';

let settings: Record<string, AppSettings>;
const compose = readCompose();
const { version } = JSON.parse(readFileSync(path.join(workspace, 'package.json'), 'utf8')) as {
  version: string;
};

beforeAll(async () => {
  settings = await loadSettings();
});

/** The file with something broken. */
function broken(change: (services: Compose['services'], all: Compose) => void): Compose {
  const copy = readCompose();
  change(copy.services, copy);
  return copy;
}

const environmentOf = (name: string) => compose.services[name]?.environment ?? {};

describe('docker/compose.yaml', () => {
  it('has nothing at the top that docker-compose 1.29 refuses', () => {
    const names = Object.keys(parse(composeText) as object).filter((name) => !name.startsWith('x-'));
    expect(names.sort()).toEqual(['networks', 'services', 'volumes']);
  });

  it('lists services by name, and runs every app', () => {
    const names = Object.keys(compose.services);
    expect(names).toEqual([...names].sort());
    expect(names).toEqual(expect.arrayContaining([...apps, 'nats', 'postgres']));
  });

  it('gives every program the settings that it needs, and none that it does not have', () => {
    expect(environmentProblems(compose, settings)).toEqual([]);
  });

  it.each<[string, (environment: Record<string, string | number>) => void]>([
    ['gateway: SECRET_KEYS is missing', (given) => delete given.SECRET_KEYS],
    ['gateway: SECRET_KEYS is missing', (given) => (given.SECRET_KEYS = '')],
    ['gateway: SECRET_KEY is no setting of gateway', (given) => (given.SECRET_KEY = 'x')],
    ['gateway: DATABASE_URL cannot be mysql://x', (given) => (given.DATABASE_URL = 'mysql://x')],
  ])('would notice: %s', (problem, change) => {
    const wrong = broken(({ gateway }) => change(gateway?.environment as Record<string, string>));
    expect(environmentProblems(wrong, settings)).toEqual([problem]);
  });

  it('would notice a setting of the service that its migration does not read', () => {
    const wrong = broken(({ 'migrate-gateway': migrate }) =>
      Object.assign(migrate?.environment ?? {}, { PORT: 1 }),
    );
    expect(environmentProblems(wrong, settings)).toContain('migrate-gateway: PORT is no setting of gateway');
  });

  it('starts in an order that can be kept', () => {
    expect(dependencyProblems(compose)).toEqual([]);
  });

  it.each<[string, (services: Compose['services']) => void]>([
    [
      'gateway: waits for redis, which is not there',
      ({ gateway }) => wait(gateway, 'redis', 'service_healthy'),
    ],
    [
      'gateway: waits for migrate-gateway with service_healthy instead of service_completed_successfully',
      ({ gateway }) => wait(gateway, 'migrate-gateway', 'service_healthy'),
    ],
    ['nats has no health check', ({ nats }) => delete nats?.healthcheck],
    ['demo-user: ends, and nobody waits for it', ({ gateway }) => delete gateway?.depends_on?.['demo-user']],
  ])('would notice: %s', (problem, change) => {
    expect(dependencyProblems(broken(change)).join('\n')).toContain(problem);
  });

  it('hardens every container', () => {
    expect(hardeningProblems(compose)).toEqual([]);
  });

  it.each<[string, (services: Compose['services']) => void]>([
    ['its root file system can be written to', ({ nats }) => delete nats?.read_only],
    ['keeps capabilities', ({ nats }) => delete nats?.cap_drop],
    ['may gain privileges', ({ nats }) => delete nats?.security_opt],
    ['has no memory limit', ({ nats }) => delete nats?.mem_limit],
    ['its log may fill the disk', ({ nats }) => delete nats?.logging],
  ])('would notice: nats %s', (problem, change) => {
    expect(hardeningProblems(broken(change))).toEqual([`nats: ${problem}`]);
  });

  it('builds our images, and names a version of every other', () => {
    expect(imageProblems(compose, version)).toEqual([]);
    const wrong = broken(({ nats, sender }) => {
      Object.assign(nats ?? {}, { image: 'nats' });
      Object.assign(sender?.build?.args ?? {}, { APP: 'gateway' });
    });
    expect(imageProblems(wrong, version)).toEqual(['nats: nats has no version', 'sender: builds gateway']);
    const old = broken(({ sandbox }) => Object.assign(sandbox ?? {}, { image: 'qflow/sandbox:0.0.9' }));
    expect(imageProblems(old, version)).toEqual([
      `sandbox: qflow/sandbox:0.0.9 is not of version ${version}`,
    ]);
  });

  it('can be reached from this machine alone, and lets out who has to get out', () => {
    expect(networkProblems(compose)).toEqual([]);
    const published = broken(({ sandbox }) => sandbox?.ports?.push('3005:3005'));
    expect(networkProblems(published)).toEqual(['sandbox: publishes 3005:3005 to other machines']);
    const out = broken(({ events }) => events?.networks.push('outside'));
    expect(networkProblems(out)).toContain('events: can get out without a reason');
    const open = broken((_services, { networks }) => (networks.inside = {}));
    expect(networkProblems(open)).toEqual(['networks: inside is not internal']);
  });

  it('keeps its data in named volumes', () => {
    expect(volumeProblems(compose)).toEqual([]);
    const wrong = broken(({ nats }) => (nats!.volumes = ['data:/data', './nats.conf:/etc/nats/nats.conf']));
    expect(volumeProblems(wrong)).toEqual([
      'nats: data is no volume of this file',
      'nats: ./nats.conf could be written to',
    ]);
  });

  it('has one default for each variable, which begins with QFLOW_', () => {
    expect(variableProblems(composeText)).toEqual([]);
    expect(variableProblems('a: ${QFLOW_A:-1}\nb: ${QFLOW_A:-2}\nc: ${B:-3}\nd: $QFLOW_D')).toEqual([
      'QFLOW_D has no default',
      'QFLOW_A has 2 defaults: 1 and 2',
      'B does not begin with QFLOW_',
    ]);
  });
});

describe('what the containers know of each other', () => {
  it('every service signs in to PostgreSQL as the role that docker/postgres makes for it', () => {
    const script = readFileSync(path.join(workspace, 'docker/postgres/roles.sh'), 'utf8');
    const roles = [...script.matchAll(/^role (\w+) "\$(\w+)"$/gm)].map(([, role = '', variable = '']) => ({
      role,
      password: environmentOf('postgres')[variable],
    }));
    expect(roles.map(({ role }) => role)).toEqual(['gateway', 'templates', 'sender', 'webhooks']);
    for (const { role, password } of roles)
      for (const name of [role, `migrate-${role}`]) {
        const url = new URL(String(environmentOf(name).DATABASE_URL));
        expect({ name, user: url.username, password: url.password }).toEqual({ name, user: role, password });
      }
  });

  it('every service signs in to NATS as a user of k8s/nats/users.conf', () => {
    const users = readFileSync(path.join(workspace, 'k8s/nats/users.conf'), 'utf8');
    const variables = Object.fromEntries(
      [...users.matchAll(/user: (\w+)\s+password: \$(\w+)/g)].map(([, user = '', variable = '']) => [
        user,
        variable,
      ]),
    );
    const signIns = Object.entries(compose.services).filter(([, { environment }]) => environment?.NATS_USER);
    expect(Object.values(variables).sort()).toEqual(Object.keys(environmentOf('nats')).sort());
    expect(signIns.map(([, { environment }]) => environment?.NATS_USER).sort()).toEqual(
      Object.keys(variables).sort(),
    );
    for (const [name, { environment = {} }] of signIns) {
      const variable = variables[String(environment.NATS_USER)] ?? '';
      expect({ name, password: environment.NATS_PASSWORD }).toEqual({
        name,
        password: environmentOf('nats')[variable],
      });
    }
  });

  it('a NATS password begins with a letter, as NATS wants it', () => {
    for (const password of Object.values(environmentOf('nats'))) expect(password).toMatch(/^[a-z]/i);
  });

  it('events believes what the sandbox signs, and the sandbox what the sender presents', () => {
    const key = Buffer.from(String(environmentOf('sandbox').SANDBOX_SIGNING_KEY), 'base64');
    const privateKey = createPrivateKey({ key, type: 'pkcs8', format: 'der' });
    const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
    expect(environmentOf('events').SENDGRID_WEBHOOK_PUBLIC_KEYS).toBe(publicKey.toString('base64'));
    expect(environmentOf('sandbox').SANDBOX_API_KEY).toBe(environmentOf('sender').SANDBOX_API_KEY);
  });

  it('everything that is called inside is a service and its port', () => {
    const ports: Record<string, string> = { nats: '4222', postgres: '5432', events: '3003', sandbox: '3005' };
    const urls = Object.values(compose.services)
      .filter((service) => appOf(service))
      .flatMap(({ environment = {} }) => Object.values(environment))
      .filter((value) => /^(nats|postgres|http):\/\//.test(String(value)))
      .map((value) => new URL(String(value)))
      .filter(({ hostname }) => hostname !== '127.0.0.1');
    expect(urls.length).toBeGreaterThan(10);
    for (const { hostname, port } of urls)
      expect({ hostname, port }).toEqual({ hostname, port: ports[hostname] });
  });
});

describe('npm run demo -- --compose', () => {
  it('knows addresses and credentials as the file has them', async () => {
    const file = path.join(workspace, 'tools/demo/compose-stack.js');
    const { composeDefaults } = (await import(pathToFileURL(file).href)) as {
      composeDefaults: Record<string, string>;
    };
    const defaults = Object.fromEntries(variablesIn(composeText).map(({ name, value }) => [name, value]));
    expect(defaults).toMatchObject(composeDefaults);
    const used = ['gateway', 'sandbox'].map((name) => compose.services[name]?.ports?.[0]);
    expect(used).toEqual(['127.0.0.1:3000:3000', '127.0.0.1:3005:3005']);
  });
});

function wait(service: Compose['services'][string] | undefined, name: string, condition: string): void {
  Object.assign(service?.depends_on ?? {}, { [name]: { condition } });
}
