import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { apps, workspaceRoot } from '../src/bundle/apps.js';
import { loadSettings } from './compose/app-settings.js';

/** What a stage says, without comments and with continued lines joined. */
function stageOf(dockerfile: string, name: string): string {
  const text = dockerfile.replace(/^#.*\n/gm, '').replace(/\\\n\s*/g, '');
  const stage = text.split(/^(?=FROM )/m).find((part) => new RegExp(`^FROM .* AS ${name}$`, 'm').test(part));
  if (stage === undefined) throw new Error(`The Dockerfile has no stage ${name}`);
  return stage;
}

describe('the Dockerfile', () => {
  let dockerfile: string;

  beforeAll(async () => {
    dockerfile = await readFile(path.join(workspaceRoot, 'docker/Dockerfile'), 'utf8');
  });

  it('gives every app the port that it has by itself', async () => {
    const settings = await loadSettings();
    for (const app of apps) {
      const port = String(settings[app]!.settings['PORT']!.default);
      const stage = stageOf(dockerfile, app);
      expect([app, /^ENV PORT=(\d+)$/m.exec(stage)?.[1], /^EXPOSE (\d+)$/m.exec(stage)?.[1]]).toEqual([
        app,
        port,
        port,
      ]);
    }
  });

  it('makes images of nothing but what they need, which nobody in them may change', () => {
    const runtime = stageOf(dockerfile, 'runtime');
    expect(runtime).toMatch(/^FROM scratch AS runtime$/m);
    expect(runtime).toMatch(/^USER 1000:1000$/m);
    expect(runtime).not.toMatch(/^RUN /m);
    expect(dockerfile.match(/^COPY .*--chown/gm)).toBeNull();
  });

  it('asks no registry for a syntax: it builds where none is reached', () => {
    expect(dockerfile).not.toMatch(/^# *syntax *=/im);
  });
});
