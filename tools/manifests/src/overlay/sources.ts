import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';

/** The parts of a kustomization that say what it is made of. */
interface Kustomization {
  kind?: string;
  resources?: string[];
  components?: string[];
}

/** What can be rendered below a folder. */
export interface Renderable {
  /** Kustomizations that no other one is made of. */
  overlays: string[];
  /** Those that no overlay has, and that are therefore not rendered with one. */
  components: string[];
}

const nameOfKustomization = 'kustomization.yaml';

/** Fields that kustomize 5 warns of, and a later one will not know. */
const deprecated = [
  'bases',
  'commonLabels',
  'imageTags',
  'patchesJson6902',
  'patchesStrategicMerge',
  'vars',
] as const;

/** @param folder of the manifests */
export async function renderablesIn(folder: string): Promise<Renderable> {
  const all = (await yamlFilesIn(folder))
    .filter((file) => path.basename(file) === nameOfKustomization)
    .map((file) => ({ directory: path.dirname(file), content: readKustomization(file) }));
  const parts = new Set(
    all.flatMap(({ directory, content }) =>
      [...(content.resources ?? []), ...(content.components ?? [])].map((part) =>
        path.resolve(directory, part),
      ),
    ),
  );
  const isComponent = ({ content }: (typeof all)[0]) => content.kind === 'Component';
  return {
    overlays: all
      .filter((one) => !isComponent(one) && !parts.has(one.directory))
      .map(({ directory }) => directory),
    components: all
      .filter((one) => isComponent(one) && !parts.has(one.directory))
      .map(({ directory }) => directory),
  };
}

/** What is wrong with the files themselves, before kustomize has made one text of them. */
export async function sourceProblems(folder: string): Promise<string[]> {
  const files = await yamlFilesIn(folder);
  return files.flatMap((file) => {
    const name = path.relative(folder, file);
    const errors = parseAllDocuments(readFileSync(file, 'utf8'), { uniqueKeys: true }).flatMap(
      (document) => document.errors,
    );
    if (errors.length > 0) return errors.map(({ message }) => `${name}: ${message}`);
    return path.basename(file) === nameOfKustomization ? kustomizationProblems(file, name) : [];
  });
}

function kustomizationProblems(file: string, name: string): string[] {
  const content = readKustomization(file);
  const old = deprecated
    .filter((field) => field in content)
    .map((field) => `${name}: ${field} is deprecated`);
  const parts = [...(content.resources ?? []), ...(content.components ?? [])];
  const remote = parts
    .filter((part) => !existsSync(path.resolve(path.dirname(file), part)))
    .map((part) => `${name}: ${part} is not there (nothing may be fetched from elsewhere)`);
  return [...old, ...remote];
}

const readKustomization = (file: string): Kustomization =>
  (parseAllDocuments(readFileSync(file, 'utf8'))[0]?.toJS() ?? {}) as Kustomization;

/** Sorted, as absolute paths. */
async function yamlFilesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => path.resolve(folder, name))
    .sort();
}
