/** The NodePorts of k8s/overlays/kind, and what k8s/kind.yaml makes of them on this machine. */
const ports = { gateway: { node: 30080, mapped: 8080 }, sandbox: { node: 30085, mapped: 8085 } };

/**
 * Where the NodePorts of a cluster are reached from here.
 * @param {any[]} items Its nodes, as kubectl prints them.
 * @returns {{ address: string, gateway: string, sandbox: string }} `address` is that of a node.
 */
export function readNodes(items) {
  const address = items
    .flatMap(({ status }) => status?.addresses ?? [])
    .find(({ type }) => type === 'InternalIP')?.address;
  if (!address) throw new Error('No node of the cluster has an address (InternalIP).');
  // A node of kind is a container: on a Mac, say, only its mapped ports are reached from outside.
  const isKind = items.some(({ spec }) => spec?.providerID?.startsWith('kind://'));
  const host = address.includes(':') ? `[${address}]` : address;
  const url = ({ node, mapped }) => (isKind ? `http://localhost:${mapped}` : `http://${host}:${node}`);
  return { address, gateway: url(ports.gateway), sandbox: url(ports.sandbox) };
}
