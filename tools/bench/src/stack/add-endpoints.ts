import { randomUUID } from 'node:crypto';
import type { Behaviour } from '../receiver/endpoint.js';
import type { BenchStack, NewEndpoint } from './bench-stack.js';

export interface EndpointsWanted extends Omit<NewEndpoint, 'url'> {
  readonly count: number;
  /** What their latencies are summed up under. */
  readonly group: string;
  readonly behaviour?: Behaviour;
}

export interface AddedEndpoint {
  /** At the receiver. */
  readonly name: string;
  readonly subscriptionId: string;
}

/** Endpoints of one account: at the receiver, registered, and in possession of their secrets. */
export async function addEndpoints(stack: BenchStack, wanted: EndpointsWanted): Promise<AddedEndpoint[]> {
  const { count, group, behaviour = 'answers', ...endpoint } = wanted;
  const names = Array.from({ length: count }, () => randomUUID());
  const urls = await stack.receiver.open(names, group, behaviour);
  const added = await Promise.all(
    names.map(async (name) => ({
      name,
      ...(await stack.subscribe({ ...endpoint, url: urls.get(name) as string })),
    })),
  );
  const secrets = Object.fromEntries(added.map(({ name, secret }) => [name, secret]));
  await stack.receiver.ask('trust', { secrets });
  return added.map(({ name, id }) => ({ name, subscriptionId: id }));
}
