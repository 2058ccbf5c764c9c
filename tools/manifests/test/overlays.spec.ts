import { readFileSync } from 'node:fs';
import path from 'node:path';

import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { openApiPaths } from '../src/ingress/openapi-paths.js';
import { routeProblems } from '../src/ingress/routes.js';
import { architecture, openedByComponent } from '../src/network/architecture.js';
import { networkTableProblems } from '../src/network/described-edges.js';
import { edgeProblems, edgesOf } from '../src/network/edges.js';
import { buildComponents, buildOverlay } from '../src/overlay/build-overlay.js';
import type { Manifests } from '../src/overlay/manifests.js';
import { renderablesIn, sourceProblems } from '../src/overlay/sources.js';
import { documentedSecrets, undocumentedIn } from '../src/references/documented-secrets.js';
import { natsVariablesIn } from '../src/references/nats-variables.js';
import { rules } from '../src/rules.js';
import { loadAppSettings, workspace, type App, type AppSettings } from '../src/settings/app-settings.js';
import { defaultsProblems, settingsProblems } from '../src/settings/settings-problems.js';

const k8s = path.join(workspace, 'k8s');
const named = (directories: string[]): [string, string][] =>
  directories.map((directory) => [path.relative(k8s, directory), directory]);

const { overlays, components } = await renderablesIn(k8s);

/** Ours, with the services in them. The others make what operators run (PostgreSQL, NATS): no pods, so fewer rules. */
const isOurs = (name: string): name is `overlays/${keyof typeof architecture}` =>
  name.replace('overlays/', '') in architecture;
const ofAll = [
  'the schemas of Kubernetes',
  'names, ports, labels and quantities',
  'no secret in the repository',
];

let known: Record<App, AppSettings>;
beforeAll(async () => {
  known = await loadAppSettings();
});

const production = path.join(k8s, 'overlays/production');

/** Each is rendered once: kustomize takes a second of processor for it. */
const rendered = new Map<string, Promise<Manifests>>();
function render(...[overlay, component]: [overlay: string, component?: string]): Promise<Manifests> {
  const key = component ?? overlay;
  const building =
    rendered.get(key) ?? (component ? buildComponents([overlay], [component]) : buildOverlay(overlay));
  rendered.set(key, building);
  return building;
}

const problemsOf = (manifests: Manifests, names = Object.keys(rules)): string[] => [
  ...names.flatMap((name) => rules[name]?.(manifests) ?? []),
  ...settingsProblems(known)(manifests),
];

it('finds what can be rendered', () => {
  expect(overlays.map((directory) => path.relative(k8s, directory))).toEqual(
    expect.arrayContaining(['overlays/kind', 'overlays/production']),
  );
});

it('reads every file of the manifests', async () => {
  expect(await sourceProblems(k8s)).toEqual([]);
});

describe.each(named(overlays))('%s', (name, directory) => {
  let manifests: Manifests;
  beforeAll(async () => {
    manifests = await render(directory);
  });

  it('keeps all rules', () => {
    expect(problemsOf(manifests, isOurs(name) ? undefined : ofAll)).toEqual([]);
  });

  it('lets pods reach what they have to, and nothing else', () => {
    const wanted = isOurs(name)
      ? architecture[name.replace('overlays/', '') as keyof typeof architecture]
      : [];
    expect(edgeProblems(edgesOf(manifests), wanted)).toEqual([]);
  });
});

describe.each(named(components))('%s, with production', (name, directory) => {
  let manifests: Manifests;
  beforeAll(async () => {
    manifests = await render(production, directory);
  });

  it('keeps all rules', () => {
    expect(problemsOf(manifests)).toEqual([]);
  });

  it('opens what it is for, and nothing else', () => {
    const opened = openedByComponent[path.basename(name)] ?? [];
    expect(edgeProblems(edgesOf(manifests), [...architecture.production, ...opened])).toEqual([]);
  });
});

it('the base says what the defaults are', async () => {
  const base = await render(path.join(k8s, 'base'));
  // The users of NATS have no default: without them a service signs in as nobody.
  const exceptions = Object.fromEntries(Object.keys(known).map((app) => [app, ['NATS_USER']]));
  expect(defaultsProblems(known, exceptions)(base)).toEqual([]);
});

it('the Ingresses lead to what is public, and to nothing else', async () => {
  const manifests = await render(production);
  const documented = await openApiPaths();
  expect(documented).toContain('/api/guest');
  const aliases = documented
    .filter((route) => route.startsWith('/api/comms/'))
    .flatMap((route) => [`/comms/v1${route}`]);
  const open = {
    gateway: [...documented, ...aliases, '/docs', '/openapi.json'],
    events: ['/ingest/sendgrid'],
  };
  const closed = ['/', '/metrics', '/health', '/health/live', '/health/ready', '/metric', '/apis'];
  expect(routeProblems(manifests, { open, closed })).toEqual([]);
});

it('KEDA asks for consumers that there are', async () => {
  const scaled = await render(production, path.join(k8s, 'components/keda'));
  const triggers = scaled.all('ScaledObject').flatMap(({ spec }) => spec.triggers);
  const watched = triggers.filter(({ type }) => type === 'nats-jetstream').map(({ metadata }) => metadata);
  expect(watched.length).toBeGreaterThan(0);
  // Who may make which consumer is said there one by one.
  const users = readFileSync(path.join(k8s, 'nats/users.conf'), 'utf8');
  for (const { stream, consumer } of watched)
    expect(users).toContain(`CONSUMER.CREATE.${stream}.${consumer}`);
});

it('the External Secrets are the documented ones', async () => {
  const { objects } = await render(production, path.join(k8s, 'components/external-secrets'));
  const made = objects.filter(({ kind }) => kind === 'ExternalSecret').map(({ metadata }) => metadata.name);
  // Certificates are for cert-manager, or for whoever runs NATS and PostgreSQL.
  const wanted = Object.keys(documentedSecrets).filter((name) => !/-(ca|tls)$/.test(name));
  expect(made.sort()).toEqual(wanted.sort());
});

it('the values of the NATS chart set what its users ask for', () => {
  const users = readFileSync(path.join(k8s, 'nats/users.conf'), 'utf8');
  const values = readFileSync(path.join(k8s, 'overlays/production/nats/values.yaml'), 'utf8');
  const { container } = parse(values) as { container: { env: Record<string, unknown> } };
  expect(natsVariablesIn(users)).toHaveLength(6);
  expect(Object.keys(container.env)).toEqual(expect.arrayContaining(natsVariablesIn(users)));
});

it('k8s/README.md describes every Secret and its keys', () => {
  const page = readFileSync(path.join(k8s, 'README.md'), 'utf8');
  expect(undocumentedIn(page, documentedSecrets)).toEqual([]);
});

it('k8s/README.md describes the network as it is', () => {
  const page = readFileSync(path.join(k8s, 'README.md'), 'utf8');
  expect(networkTableProblems(page, architecture.production)).toEqual([]);
});
