import { describe, expect, it } from '@jest/globals';
import { changed, good, type Change } from '../../test/support/good.js';
import { settingsOfProgram, type AppSettings, type Setting } from './app-settings.js';
import { defaultsProblems, settingsProblems } from './settings-problems.js';

const setting = (values: Partial<Setting> = {}): Setting => ({
  read: (raw) => raw,
  expects: 'a text',
  secret: false,
  default: undefined,
  optional: false,
  ...values,
});
const number = (usual: number): Setting =>
  setting({
    read: (raw) => {
      if (!/^\d+$/.test(raw)) throw new Error('refused');
      return Number(raw);
    },
    expects: 'a whole number',
    default: usual,
  });

const gateway: AppSettings = {
  settings: {
    PORT: number(3000),
    SHUTDOWN_DRAIN_SECONDS: number(5),
    GREETING: setting({ optional: true }),
    NATS_URL: setting({ secret: true }),
    DATABASE_URL: setting({ secret: true }),
    SUBSCRIPTION_KEYS: setting({ secret: true, default: [] }),
  },
};
const none: AppSettings = { settings: {} };
const known = { gateway, templates: none, sender: none, events: none, webhooks: none, sandbox: none };

const container = 'Deployment/gateway/spec/template/spec/containers/0';
const data = 'ConfigMap/gateway-settings/data';

describe('settingsProblems', () => {
  it('finds nothing where all is well', () => {
    expect(settingsProblems(known)(good())).toEqual([]);
  });

  it.each<[string, Change, string]>([
    ['an unknown variable', [`${data}/PROT`, '3000'], 'sets PROT, which main.js does not know'],
    ['the lack of one', [`${data}/PORT`], 'does not set PORT, which main.js has'],
    ['the lack of an optional one', [`${data}/GREETING`], 'does not set GREETING'],
    ['a wrong value', [`${data}/PORT`, '80a'], 'PORT is "80a", expected a whole number'],
    ['an empty one without a default', [`${data}/NATS_URL`, ''], 'NATS_URL is empty, and has no default'],
    [
      'a secret as a literal',
      [`${container}/env/0`, { name: 'DATABASE_URL', value: 'postgres://db' }],
      'DATABASE_URL is a secret: take it from a Secret',
    ],
    [
      'a literal where an overlay cannot change it',
      [`${container}/env/2`, { name: 'PORT', value: '3000' }],
      'PORT is no secret: put it into a ConfigMap',
    ],
    [
      'a setting that hides in a Secret',
      [`${container}/env/2`, { name: 'PORT', valueFrom: { secretKeyRef: { name: 's', key: 'PORT' } } }],
      'PORT is no secret',
    ],
    [
      'a program that there is not',
      [`${container}/args`, ['mian.js']],
      'runs mian.js, which is no program of gateway',
    ],
  ])('finds %s', (_what, change, finding) => {
    const found = settingsProblems(known)(changed(change));
    // What env sets wins over envFrom: a Secret's value stays where it is.
    expect(found).toEqual(
      finding ? [expect.stringContaining(`Deployment/gateway, container gateway: `)] : [],
    );
    expect(found.join()).toContain(finding);
  });

  it('holds migrations against what they need', () => {
    const migrating = changed([`${container}/args`, ['migrate.js']], [`${container}/env/0`]);
    expect(settingsProblems(known)(migrating)).toEqual([
      'Deployment/gateway, container gateway: does not set DATABASE_URL, which migrate.js has',
    ]);
  });
});

describe('settingsOfProgram', () => {
  it('knows the database of migrations, and the streams where those are made', () => {
    expect(Object.keys(settingsOfProgram(gateway, 'migrate.js'))).toEqual(['DATABASE_URL']);
    const streamSettings = { NATS_REPLICAS: number(1) };
    expect(settingsOfProgram({ ...gateway, streamSettings }, 'migrate.js')).toBe(streamSettings);
  });
});

describe('defaultsProblems', () => {
  const problems = (value: string, ...exceptions: string[]) =>
    defaultsProblems(known, { gateway: ['NATS_URL', ...exceptions] })(changed([`${data}/PORT`, value]));

  it.each(['3000', '03000'])('takes %s for the default', (value) => {
    expect(problems(value)).toEqual([]);
  });

  it.each(['3001', '', 'x'])('does not take "%s" for it', (value) => {
    expect(problems(value)).toEqual([`ConfigMap/gateway-settings: PORT is "${value}", its default is 3000`]);
  });

  it('knows the hash that kustomize puts behind the name, and exceptions', () => {
    const hashed = changed(
      ['ConfigMap/gateway-settings/data/PORT', '1'],
      ['ConfigMap/gateway-settings/metadata/name', 'gateway-settings-22m4f7ch45'],
    );
    expect(defaultsProblems(known, {})(hashed)).toEqual([
      'ConfigMap/gateway-settings: PORT is "1", its default is 3000',
      'ConfigMap/gateway-settings: NATS_URL is "nats://nats:4222", it has no default',
    ]);
    expect(problems('1', 'PORT')).toEqual([]);
  });
});
