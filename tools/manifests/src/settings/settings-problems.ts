import type { IContainer } from 'kubernetes-models/v1/Container';
import { isDeepStrictEqual } from 'node:util';
import type { Manifests, Rule } from '../overlay/manifests.js';
import { about, containersOf, workloadsOf, type Workload } from '../overlay/workloads.js';
import { parseImage } from '../policies/images.js';
import { apps, settingsOfProgram, type App, type AppSettings, type Setting } from './app-settings.js';
import { environmentOf, knownValue, type Source } from './environment.js';

/** Variables that are not of our programs but of Node. */
const ofNode = ['NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS'];

/** A secret only where it holds a password; the ConfigMap must not have one in it (see `policies/secrecy.ts`). */
const openWithoutPassword = ['NATS_URL'];

/** Not secret, but given by the provider together with what is, and other in each installation: it may be in a Secret. */
const givenWithSecrets = ['SENDGRID_WEBHOOK_PUBLIC_KEYS'];

/** Programs that have all settings of their app, or some. */
const programs = ['main.js', 'migrate.js'];

/** Tools beside them: what they take from the environment is described where they are called. */
const tools = ['admin.js', 'cluster-secrets.js', 'reencrypt.js'];

interface Program {
  workload: Workload;
  container: IContainer;
  app: App;
  program: string;
  environment: Map<string, Source>;
}

/**
 * Every variable of a container is a setting of the program that runs in it, with a value that it reads, from where it
 * belongs; and every setting of the program is there.
 */
export const settingsProblems =
  (known: Record<App, AppSettings>): Rule =>
  (manifests) =>
    programsOf(manifests).flatMap((program) => {
      const unknown = !programs.includes(program.program);
      const flaws = [
        ...(unknown ? [`runs ${program.program}, which is no program of ${program.app}`] : []),
        ...[...program.environment].flatMap(([name, source]) =>
          ofNode.includes(name) ? [] : variableFlaws(name, source, program, known[program.app]),
        ),
        ...missing(program, known[program.app]),
      ];
      return flaws.map((flaw) => about(program.workload, program.container, flaw));
    });

/** The containers that run one of our programs, as far as they have settings. */
export const programsOf = (manifests: Manifests): Program[] =>
  workloadsOf(manifests).flatMap((workload) =>
    containersOf(workload).flatMap((container) => {
      const name = parseImage(container.image ?? '')
        .name.split('/')
        .at(-1);
      const app = apps.find((one) => one === name);
      const program = container.args?.[0] ?? 'main.js';
      const environment = environmentOf(manifests, workload, container);
      return app && !tools.includes(program) ? [{ workload, container, app, program, environment }] : [];
    }),
  );

function variableFlaws(name: string, source: Source, { program }: Program, known: AppSettings): string[] {
  const setting = { ...known.settings, ...settingsOfProgram(known, program) }[name];
  if (!setting) return [`sets ${name}, which ${program} does not know`];
  if (setting.secret && source.from !== 'secret' && !openWithoutPassword.includes(name))
    return [`${name} is a secret: take it from a Secret with secretKeyRef`];
  const inConfigMap = source.from === 'configMap' || source.from === 'field';
  if (!setting.secret && !inConfigMap && !givenWithSecrets.includes(name))
    return [`${name} is no secret: put it into a ConfigMap, where an overlay can change it`];
  const value = knownValue(source)?.trim();
  return value && !reads(setting, value) ? [`${name} is "${value}", expected ${setting.expects}`] : [];
}

/** Files are mounted in the cluster; here there is nothing to read. */
const isMountedPath = (value: string): boolean => value.startsWith('/etc/qflow/');

function reads(setting: Setting, value: string): boolean {
  try {
    setting.read(value);
    return true;
  } catch {
    return isMountedPath(value);
  }
}

function missing({ program, environment }: Program, known: AppSettings): string[] {
  return Object.entries(settingsOfProgram(known, program)).flatMap(([name, setting]) => {
    const source = environment.get(name);
    if (!source)
      return program === 'main.js' || !hasDefault(setting)
        ? [`does not set ${name}, which ${program} has`]
        : [];
    return knownValue(source) === '' && !hasDefault(setting) ? [`${name} is empty, and has no default`] : [];
  });
}

const hasDefault = (setting: Setting): boolean => setting.optional || setting.default !== undefined;

/**
 * The ConfigMaps `<app>-settings` of the base say what the programs do without them: whoever reads them sees the
 * defaults. Where a value has to be another one, `exceptions` says so.
 */
export const defaultsProblems =
  (known: Record<App, AppSettings>, exceptions: Readonly<Record<string, readonly string[]>>): Rule =>
  (manifests) =>
    apps.flatMap((app) => {
      const object = `${app}-settings`;
      const configMap = manifests.all('ConfigMap').find(({ metadata }) => isNamed(metadata.name, object));
      return Object.entries(configMap?.data ?? {}).flatMap(([name, value]) => {
        const setting = known[app].settings[name];
        if (!setting || exceptions[app]?.includes(name) || isDefault(setting, value)) return [];
        const usual =
          setting.default === undefined
            ? 'it has no default'
            : `its default is ${JSON.stringify(setting.default)}`;
        return [`ConfigMap/${object}: ${name} is "${value}", ${usual}`];
      });
    });

/** The generator puts a hash behind the name. */
const isNamed = (name: string, object: string): boolean =>
  name === object || (name.startsWith(`${object}-`) && /^[a-z0-9]{10}$/.test(name.slice(object.length + 1)));

function isDefault(setting: Setting, value: string): boolean {
  const isEmptyDefault = setting.default === undefined || isDeepStrictEqual(setting.default, []);
  if (value === '') return isEmptyDefault;
  return reads(setting, value) && isDeepStrictEqual(setting.read(value), setting.default);
}
