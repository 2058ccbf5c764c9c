import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { workspaceRoot } from './apps.js';

interface Component {
  'bom-ref': string;
  type: string;
  name: string;
  version: string;
  purl: string;
}

/** What is used here of a CycloneDX document. */
export interface Sbom {
  serialNumber?: string;
  metadata: { timestamp?: string; component: Component };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

/**
 * Lists in CycloneDX what a bundle is made of, with hashes and licences as npm knows them from the lock file. It says the
 * same each time it is made from the same sources: there is no time in it, and its serial number follows from the rest.
 *
 * @param app `name@version` of the app
 * @param packages the same of everything that its bundle holds
 * @throws Error when the lock file lacks one of them
 */
export async function sbomOf(app: string, packages: readonly string[]): Promise<Sbom> {
  const all = await (workspaceSbom ??= makeWorkspaceSbom());
  const known = new Map(all.components.map((component) => [component['bom-ref'], component]));
  const find = (ref: string): Component => {
    const component = known.get(ref);
    if (!component) throw new Error(`package-lock.json does not have ${ref}: run npm install`);
    return component;
  };
  const node = nodeItself();
  const refs = new Set([app, ...packages]);
  const sbom = {
    ...all,
    metadata: { ...all.metadata, component: { ...find(app), type: 'application' } },
    components: [...packages.filter((ref) => ref !== app).map(find), node],
    dependencies: all.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((on) => refs.has(on)) })),
  };
  return { ...sbom, serialNumber: `urn:uuid:${uuidFrom(JSON.stringify(sbom))}` };
}

/** Asked for once, however many apps are bundled. */
let workspaceSbom: Promise<Sbom> | undefined;

/** Of all packages: npm cannot tell what a single app needs (see `dependenciesOf`). */
async function makeWorkspaceSbom(): Promise<Sbom> {
  const { stdout } = await promisify(execFile)(
    'npm',
    ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'],
    { cwd: workspaceRoot, maxBuffer: 64 * 1024 * 1024 },
  );
  const sbom = JSON.parse(stdout) as Sbom;
  delete sbom.serialNumber;
  delete sbom.metadata.timestamp;
  return sbom;
}

/** The one thing beside the system's libraries that runs in an image and is in no lock file. */
function nodeItself(): Component {
  const version = process.versions.node;
  const purl = `pkg:generic/node@${version}`;
  return { 'bom-ref': purl, type: 'platform', name: 'node', version, purl };
}

/** A UUID of version 8 (RFC 9562 §5.8): the form is kept, the bits are ours. */
function uuidFrom(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5');
}
