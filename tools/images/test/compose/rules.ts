import { type AppSettings, settingsOf } from './app-settings.js';
import { appOf, type Compose, isOneShot, type Service, variablesIn } from './compose-file.js';

const each = (compose: Compose, find: (service: Service, name: string) => (string | false)[]): string[] =>
  Object.entries(compose.services).flatMap(([name, service]) =>
    find(service, name)
      .filter((problem) => problem !== false)
      .map((problem) => `${name}: ${problem}`),
  );

/** Every variable is a setting of the program that gets it and can be read; everything that it needs is there. */
export const environmentProblems = (compose: Compose, apps: Record<string, AppSettings>): string[] =>
  each(compose, (service) => {
    const app = appOf(service);
    if (app === undefined) return [];
    const own = apps[app];
    if (!own) return [`there is no app ${app}`];
    const settings = settingsOf(own, service.command?.[0] ?? 'main.js');
    const given = Object.entries(service.environment ?? {}).map(([name, value]) => [name, String(value)]);
    const values = Object.fromEntries(given) as Record<string, string>;
    const missing = Object.entries(settings)
      .filter(([name, { default: usual, optional }]) => !values[name] && usual === undefined && !optional)
      .map(([name]) => `${name} is missing`);
    const wrong = Object.entries(values).map(([name, value]) => {
      const setting = settings[name];
      if (!setting) return `${name} is no setting of ${app}`;
      return value !== '' && !reads(() => setting.read(value)) && `${name} cannot be ${value}`;
    });
    return [...missing, ...wrong];
  });

function reads(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

/** Who is waited for can be waited for, and what ends is waited for by somebody: `up --wait` fails otherwise. */
export function dependencyProblems(compose: Compose): string[] {
  const awaited = new Set<string>();
  const problems = each(compose, ({ depends_on = {} }) =>
    Object.entries(depends_on).map(([name, { condition }]) => {
      awaited.add(name);
      const other = compose.services[name];
      if (!other) return `waits for ${name}, which is not there`;
      const wanted = isOneShot(other) ? 'service_completed_successfully' : 'service_healthy';
      if (condition !== wanted) return `waits for ${name} with ${condition} instead of ${wanted}`;
      // Our images bring their health check along.
      return (
        wanted === 'service_healthy' &&
        !other.healthcheck?.test &&
        !appOf(other) &&
        `${name} has no health check`
      );
    }),
  );
  const forgotten = each(compose, (service, name) => [
    isOneShot(service) && !awaited.has(name) && 'ends, and nobody waits for it',
  ]);
  return [...problems, ...forgotten];
}

/** What every container has, so that one that is broken into is of little use. */
export const hardeningProblems = (compose: Compose): string[] =>
  each(compose, (service) => [
    service.read_only !== true && 'its root file system can be written to',
    String(service.cap_drop) !== 'ALL' && 'keeps capabilities',
    !service.security_opt?.includes('no-new-privileges:true') && 'may gain privileges',
    service.mem_limit === undefined && 'has no memory limit',
    service.restart === undefined && 'does not say whether it is restarted',
    service.logging?.options?.['max-size'] === undefined && 'its log may fill the disk',
  ]);

/** Images of ours are built here, as the version that this is; those of others have a version. */
export const imageProblems = (compose: Compose, version: string): string[] => {
  const built = new Set(
    Object.values(compose.services)
      .filter(({ build }) => build)
      .map(({ image }) => image),
  );
  return each(compose, (service) => {
    const app = appOf(service);
    if (app === undefined) return [!/:\d/.test(service.image) && `${service.image} has no version`];
    return [
      service.image !== `qflow/${app}:${version}` && `${service.image} is not of version ${version}`,
      !built.has(service.image) && `nobody builds ${service.image}`,
      service.build !== undefined && service.build.args.APP !== app && `builds ${service.build.args.APP}`,
    ];
  });
};

/** Those who may get out: who delivers, and whose port is published, because an internal network publishes none. */
const mayLeave = new Set(['sender', 'webhooks']);

/** Ports are for this machine alone, and nobody is on the outer network without a reason. */
export function networkProblems(compose: Compose): string[] {
  const isInternal = compose.networks.inside?.internal === true;
  const problems = each(compose, ({ ports = [], networks }, name) => [
    ...ports.map((port) => !port.startsWith('127.0.0.1:') && `publishes ${port} to other machines`),
    ...networks.map((network) => !(network in compose.networks) && `is on ${network}, which is not there`),
    !networks.includes('inside') && 'is not on the network inside',
    networks.includes('outside') &&
      ports.length === 0 &&
      !mayLeave.has(name) &&
      'can get out without a reason',
    ports.length > 0 &&
      !networks.includes('outside') &&
      'publishes a port that an internal network does not carry',
  ]);
  return isInternal ? problems : ['networks: inside is not internal', ...problems];
}

/** What is kept is in volumes that the file declares. */
export const volumeProblems = (compose: Compose): string[] =>
  each(compose, ({ volumes = [] }) =>
    volumes.map((volume) => {
      const [source = ''] = volume.split(':');
      if (source.startsWith('.')) return !volume.endsWith(':ro') && `${source} could be written to`;
      return !(source in compose.volumes) && `${source} is no volume of this file`;
    }),
  );

/** Who replaces a variable replaces it everywhere, so its default has to be the same everywhere. */
export function variableProblems(text: string): string[] {
  const defaults = new Map<string, Set<string>>();
  for (const { name, value } of variablesIn(text))
    defaults.set(name, (defaults.get(name) ?? new Set()).add(value));
  const bare = [...text.matchAll(/\$\{(\w+)\}|\$(\w+)/g)].map(([, a, b]) => `${a ?? b} has no default`);
  const different = [...defaults]
    .filter(([, values]) => values.size > 1)
    .map(([name, values]) => `${name} has ${values.size} defaults: ${[...values].join(' and ')}`);
  const foreign = [...defaults.keys()].filter((name) => !name.startsWith('QFLOW_'));
  return [...bare, ...different, ...foreign.map((name) => `${name} does not begin with QFLOW_`)];
}
