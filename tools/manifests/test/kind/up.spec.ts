import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { deployment, job, list, pendingPod, restarting, statefulSet, waitingPod } from './cluster-state.js';
import { FakePrograms, type Answer } from './fake-programs.js';

const root = path.resolve(import.meta.dirname, '../../../..');
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
const images = ['gateway', 'templates', 'sender', 'events', 'webhooks', 'sandbox'].map(
  (app) => `qflow/${app}:${version}`,
);
const STATE = 'kubectl get deployments,statefulsets,jobs,pods';
const ready = list(statefulSet('nats', 3, 3), deployment('gateway', 2), job('migrate', 'Complete'));

const readYaml = (file: string): unknown => parse(readFileSync(path.join(root, file), 'utf8'));

/** Of the one Service that the file is about. */
function nodePortIn(file: string): number {
  const text = readFileSync(path.join(root, 'k8s/overlays/kind', file), 'utf8');
  return Number(/(?:nodePort|value): (\d{5})/.exec(text)?.[1]);
}

describe('npm run kind:up', () => {
  let programs: FakePrograms;

  beforeEach(async () => {
    programs = await FakePrograms.install('docker', 'kind', 'kubectl');
  });
  afterEach(() => programs.remove());

  const up = async (answers: Answer[], ...args: string[]) => {
    await programs.answer(...answers);
    return programs.run('up', ...args);
  };

  it('makes the cluster, builds and loads the images, applies, and says where everything is', async () => {
    const { code, output } = await up([{ to: STATE, says: [ready] }]);
    expect(output).toContain('API       http://localhost:8080');
    expect(code).toBe(0);
    const journal = (await programs.journal()).filter((line) => !/ version/.test(line));
    expect(journal).toEqual([
      'kind get clusters',
      `kind create cluster --name qflow --config ${root}/k8s/kind.yaml --wait 180s`,
      ...images.map(
        (image) =>
          'docker build --progress=plain --file=docker/Dockerfile ' +
          `--build-arg=APP=${/\/(.+):/.exec(image)?.[1]} --build-arg=VERSION=${version} --tag=${image} .`,
      ),
      `kind load docker-image --name qflow ${images.join(' ')}`,
      'kubectl --context kind-qflow --namespace qflow apply --kustomize k8s/overlays/kind',
      'kubectl --context kind-qflow --namespace qflow get deployments,statefulsets,jobs,pods --output json',
    ]);
  });

  it('brings what has changed to a cluster that is there: Jobs run again, pods start anew', async () => {
    const { code } = await up([
      { to: 'kind get clusters', says: ['other\nqflow\n'] },
      {
        to: 'kubectl get deployments --selector',
        says: ['deployment.apps/gateway\ndeployment.apps/sender\n'],
      },
      { to: STATE, says: [list(restarting('gateway')), ready] },
    ]);
    expect(code).toBe(0);
    const journal = (await programs.journal()).filter((line) => !/ version|docker|load/.test(line));
    const kubectl = 'kubectl --context kind-qflow --namespace qflow';
    const get = `${kubectl} get deployments,statefulsets,jobs,pods --output json`;
    expect(journal).toEqual([
      'kind get clusters',
      'kind export kubeconfig --name qflow',
      `${kubectl} get deployments --selector app.kubernetes.io/part-of=qflow-comms --output name`,
      `${kubectl} delete jobs --selector app.kubernetes.io/part-of=qflow-comms`,
      `${kubectl} apply --kustomize k8s/overlays/kind`,
      `${kubectl} rollout restart deployment.apps/gateway deployment.apps/sender`,
      get,
      get,
    ]);
  });

  it('waits for a change that the cluster has not looked at yet', async () => {
    const { code } = await up([
      { to: STATE, says: [list(deployment('gateway', 2, { observed: 0 })), ready] },
    ]);
    expect(code).toBe(0);
    expect((await programs.journal()).filter((line) => line.includes('statefulsets'))).toHaveLength(2);
  });

  it('gives certificates to the build', async () => {
    await up([{ to: STATE, says: [ready] }], '--ca', 'proxy.pem');
    const build = (await programs.journal()).find((line) => line.startsWith('docker build'));
    expect(build).toContain(`--secret=id=ca,src=${root}/proxy.pem`);
  });

  it.each([
    [list(statefulSet('nats', 1, 3), waitingPod('nats', 'ContainerCreating')), 'nats 1 of 3 (starting)'],
    [
      list(deployment('sender', 0), waitingPod('sender', 'CreateContainerConfigError')),
      'waits for its Secret',
    ],
    [list(deployment('sender', 0), waitingPod('sender', 'ErrImagePull')), 'its image cannot be pulled'],
    [
      list(deployment('sender', 1), waitingPod('sender', 'CrashLoopBackOff')),
      'sender 1 of 2 (ends again and again)',
    ],
    [list(deployment('events', 1), pendingPod('events')), 'events 1 of 2 (no node has room for it)'],
    [list(deployment('events', 0), waitingPod('sender', 'CrashLoopBackOff')), 'events 0 of 2.'],
    [list(job('migrate'), waitingPod('migrate', 'PodInitializing')), 'Job migrate-0-1-0 (starting)'],
  ])('says what is missing when it takes too long: %#', async (state, missing) => {
    const { code, output } = await up(
      [
        { to: STATE, says: [state] },
        { to: 'kubectl get pods', says: [list()] },
      ],
      '--timeout',
      '1',
    );
    expect(output).toContain('Not everything is ready after 1 s:');
    expect(output).toContain(missing);
    expect(code).toBe(1);
  });

  it('shows the pods and their last words when a Job fails', async () => {
    const { code, output } = await up([
      { to: STATE, says: [list(job('migrate', 'Failed'))] },
      {
        to: 'kubectl get pods --output json',
        says: [
          list(waitingPod('migrate', 'CrashLoopBackOff', 'back-off 10s'), waitingPod('events', 'Waiting')),
        ],
      },
      { to: 'kubectl get pods --output wide', says: ['NAME        READY\nmigrate-x   0/5\n'] },
      { to: 'kubectl logs migrate-x', says: ['[pod/migrate-x/sender] cannot reach PostgreSQL\n'] },
      { to: 'kubectl logs events-x', complains: 'container is waiting to start', code: 1 },
    ]);
    expect(code).toBe(1);
    expect(output).toContain('Job migrate-0-1-0 failed.');
    expect(output).toContain('migrate-x   0/5');
    expect(output).toContain(
      'migrate-x:\n    migrate: back-off 10s\n    [pod/migrate-x/sender] cannot reach PostgreSQL',
    );
    expect(output).toContain('events-x:\n    has said nothing yet');
  });

  it('stops at the first thing that does not work, with its words', async () => {
    const { code, output } = await up([
      { to: 'kind create cluster', complains: 'ERROR: port 8080 is already allocated\n', code: 1 },
    ]);
    expect(code).toBe(1);
    expect(output).toContain('kind failed (exit code 1):\n    ERROR: port 8080 is already allocated');
    expect((await programs.journal()).some((line) => line.startsWith('docker build'))).toBe(false);
  });

  it('says that the daemon of docker is not running', async () => {
    const { code, output } = await up([
      { to: 'docker version', complains: 'Cannot connect to the Docker daemon\n', code: 1 },
    ]);
    expect(code).toBe(1);
    expect(output).toContain('Start Docker, and try again. (Cannot connect to the Docker daemon)');
    expect(await programs.journal()).not.toContain('kind get clusters');
  });

  it.each([
    [['--timeout', 'soon'], '--timeout is "soon", expected a number of seconds'],
    [['--wait'], "Unknown option '--wait'. The options are --ca, --timeout, --help."],
  ])('%j is refused with a reason', async (args, reason) => {
    const { code, output } = await up([], ...args);
    expect(code).toBe(1);
    expect(output).toContain(reason);
  });

  it('maps the NodePorts of the overlay to this machine, and only to it', () => {
    const { nodes } = readYaml('k8s/kind.yaml') as {
      nodes: { extraPortMappings: { containerPort: number; hostPort: number; listenAddress: string }[] }[];
    };
    const ports = nodes.flatMap(({ extraPortMappings }) => extraPortMappings);
    expect(ports.map(({ containerPort, hostPort }) => [containerPort, hostPort])).toEqual([
      [nodePortIn('patches/gateway-node-port.yaml'), 8080],
      [nodePortIn('patches/events-node-port.yaml'), 8081],
      [nodePortIn('sandbox/service.yaml'), 8085],
    ]);
    expect(new Set(ports.map(({ listenAddress }) => listenAddress))).toEqual(new Set(['127.0.0.1']));
  });

  it('builds the version that the overlay runs', () => {
    const read = (file: string) => readYaml(`k8s/overlays/kind/${file}`);
    const { images: named } = read('kustomization.yaml') as { images: { name: string; newTag: string }[] };
    expect(named.map(({ name, newTag }) => `${name}:${newTag}`)).toEqual(images);
    const suffix = version.replaceAll('.', '-');
    for (const name of ['secrets', 'demo-account'])
      expect(read(`${name}/job.yaml`)).toMatchObject({ metadata: { name: `${name}-${suffix}` } });
    expect(read('patches/migrate.yaml')).toContainEqual({
      op: 'replace',
      path: '/metadata/name',
      value: `migrate-${suffix}`,
    });
  });
});

describe('npm run kind:up without its tools', () => {
  it('names all that are missing, and where they come from', async () => {
    const programs = await FakePrograms.install('docker');
    const { code, output } = await programs.run('up');
    expect(code).toBe(1);
    expect(output).toContain('kind is not installed. Get it from https://kind.sigs.k8s.io');
    expect(output).toContain('kubectl is not installed. Get it from https://kubernetes.io');
    expect(output).not.toContain('docker is not');
    await programs.remove();
  });
});
