import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ClusterSecretStore } from './cluster-secret-store.js';

/** Where a pod finds the token of its ServiceAccount, its namespace and the API server's authority. */
const MOUNTED = '/var/run/secrets/kubernetes.io/serviceaccount';

export interface Surroundings {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where the ServiceAccount is mounted. */
  readonly folder?: string;
  /** Milliseconds before the API server is asked again when it is not there. */
  readonly pauseMs?: number;
}

/**
 * Connects to the API server of the cluster that this runs in, as Kubernetes documents it for programs in a pod: by the
 * address in the environment, which needs no name server.
 * @throws Error in words for an operator, when this is no such pod.
 */
export async function connectCluster({
  env = process.env,
  folder = MOUNTED,
  pauseMs,
}: Surroundings = {}): Promise<ClusterSecretStore> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (!host || !port)
    throw new Error(
      'KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are missing: this runs as a Job in a Kubernetes cluster.',
    );
  const read = (file: string) => mounted(path.join(folder, file));
  const [token, ca, namespace] = await Promise.all([read('token'), read('ca.crt'), read('namespace')]);
  // An IPv6 address stands in brackets in a URL.
  const origin = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new ClusterSecretStore({ origin, token, ca, namespace, pauseMs });
}

async function mounted(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new Error(
      `${file} cannot be read: the pod needs a ServiceAccount with automountServiceAccountToken: true.`,
      { cause: error },
    );
  }
}
