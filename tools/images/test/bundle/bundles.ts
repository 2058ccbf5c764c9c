import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type App, apps } from '../../src/bundle/apps.js';
import { bundleApp, type Bundle } from '../../src/bundle/bundle-app.js';

/** Bundles of all apps, outside the workspace, so that nothing of its node_modules is found. */
export class Bundles {
  private constructor(
    private readonly root: string,
    private readonly made: ReadonlyMap<App, Bundle>,
  ) {}

  static async make(): Promise<Bundles> {
    const root = await mkdtemp(path.join(tmpdir(), 'qflow-bundles-'));
    const made = await Promise.all(
      apps.map(async (app) => [app, await bundleApp(app, path.join(root, app))] as const),
    );
    return new Bundles(root, new Map(made));
  }

  of(app: App): Bundle {
    return this.made.get(app)!;
  }

  folder(app: App): string {
    return path.join(this.root, app);
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}
