import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { testAuthority } from '@qflow/testing';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectCluster } from '../src/cluster-secrets/connect-cluster.js';
import { provideSecrets } from '../src/cluster-secrets/provide-secrets.js';
import { FakeApiServer } from './fake-api-server.js';

const silent = () => {};

describe('the Secrets of a cluster', () => {
  let api: FakeApiServer;
  let folder: string;

  beforeEach(async () => {
    const authority = await testAuthority('Kubernetes');
    api = await FakeApiServer.start(await authority.issue('localhost'));
    folder = await mkdtemp(path.join(tmpdir(), 'qflow-service-account-'));
    await mount({ token: api.token, namespace: 'qflow', 'ca.crt': authority.cert });
  });

  afterEach(async () => {
    await api.close();
    await rm(folder, { recursive: true });
  });

  const mount = (files: Record<string, string>) =>
    Promise.all(Object.entries(files).map(([name, text]) => writeFile(path.join(folder, name), `${text}\n`)));

  const connect = () =>
    connectCluster({
      env: { KUBERNETES_SERVICE_HOST: 'localhost', KUBERNETES_SERVICE_PORT: String(api.port) },
      folder,
      pauseMs: 1,
    });

  async function provide(): Promise<void> {
    const cluster = await connect();
    try {
      await provideSecrets(cluster, silent);
    } finally {
      await cluster.close();
    }
  }

  it('are made over the API, once', async () => {
    await provide();
    expect(api.made).toHaveLength(10);
    const demo = api.secrets.get('qflow-demo');
    expect(demo).toMatchObject({
      kind: 'Secret',
      metadata: { name: 'qflow-demo', labels: { 'app.kubernetes.io/part-of': 'qflow-comms' } },
      type: 'Opaque',
      data: { clientId: Buffer.from('demo').toString('base64') },
    });
    await provide();
    expect(api.made).toHaveLength(10);
    expect(new Set(api.verbs)).toEqual(new Set(['GET', 'POST']));
  });

  it('are the same for two Jobs at once', async () => {
    await Promise.all([provide(), provide(), provide()]);
    expect(api.made).toHaveLength(10);
    await expect(provide()).resolves.toBeUndefined();
  });

  it('are made when the API server has been away for a while', async () => {
    api.answerNext(503, 429, 'cut');
    await provide();
    expect(api.made).toHaveLength(10);
  });

  it('are made although the answer to a creation was lost', async () => {
    api.loseAnswersOf('qflow-nats', 'qflow-sender');
    await provide();
    expect(api.made).toHaveLength(10);
  });

  it.each(['get', 'create'] as const)('say which right is missing: %s', async (verb) => {
    api.forbid(verb);
    await expect(provide()).rejects.toThrow(
      new RegExp(
        `does not let this Job ${verb} Secret qflow-postgres in namespace qflow \\(403\\): .*forbidden.*` +
          'needs a Role with "get" and "create" on secrets',
      ),
    );
  });

  it('are not asked for with a token that is not valid', async () => {
    await mount({ token: 'expired' });
    await expect(provide()).rejects.toThrow('(401): Unauthorized');
  });

  it('are not given to a server that the cluster has not certified', async () => {
    const { cert } = await testAuthority('Somebody else');
    await mount({ 'ca.crt': cert });
    await expect(provide()).rejects.toThrow(/does not answer as it should: .*certificate/);
    expect(api.verbs).toEqual([]);
  });

  it('tell that they are made inside a cluster', async () => {
    await expect(connectCluster({ env: {}, folder })).rejects.toThrow('Job in a Kubernetes cluster');
    await rm(path.join(folder, 'token'));
    await expect(connect()).rejects.toThrow('automountServiceAccountToken');
  });
});
