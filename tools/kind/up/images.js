import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root, runQuietly } from '../../workspace/run.js';

const apps = ['gateway', 'templates', 'sender', 'events', 'webhooks', 'sandbox'];

/** The tag that k8s/overlays/kind names; a spec holds them together. */
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/**
 * Builds the image of every app, one after the other: they share all but their last layers.
 * @param {import('../../local-stack/src/bootstrap/progress.js').Progress} progress
 * @param {string} [ca] Certificates that the build trusts besides the usual ones.
 * @returns {Promise<string[]>} their names.
 */
export async function buildImages(progress, ca) {
  const images = [];
  for (const app of apps) {
    const image = `qflow/${app}:${version}`;
    await progress.step(`Building ${image}`, async (report) => {
      await runQuietly('docker', buildArgs(app, image, ca), {
        name: 'docker build',
        onLine: (line) => tell(report, line),
      });
      report.title(`${image} is built`);
    });
    images.push(image);
  }
  return images;
}

const buildArgs = (app, image, ca) => [
  'build',
  '--progress=plain',
  '--file=docker/Dockerfile',
  `--build-arg=APP=${app}`,
  `--build-arg=VERSION=${version}`,
  `--tag=${image}`,
  ...(ca === undefined ? [] : [`--secret=id=ca,src=${ca}`]),
  '.',
];

/** The step of the Dockerfile, such as `#12 [build 4/6] RUN npm ci`. */
function tell(report, line) {
  const step = /^#\d+ \[.*?\] (.+)$/.exec(line);
  if (step) report.detail(step[1]);
  return false;
}
