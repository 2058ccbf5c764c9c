import { freePort, isPortFree } from '../processes/ports.js';
import type { ProcessName } from './stack-info.js';
import { serviceNames } from './services.js';

/**
 * A port for every process, the same ones at every start of this folder as far as they are free.
 * @param gateway The gateway's, when somebody asked for one.
 * @throws Error when that one is taken.
 */
export async function choosePorts(dataDir: string, gateway?: number): Promise<Record<ProcessName, number>> {
  if (gateway !== undefined && !(await isPortFree(gateway))) {
    throw new Error(`Port ${gateway} is taken by another program. Choose a different one for the gateway.`);
  }
  const taken = new Set(gateway === undefined ? [] : [gateway]);
  const ports: Partial<Record<ProcessName, number>> = gateway === undefined ? {} : { gateway };
  for (const name of [...serviceNames, 'nats', 'postgres'] as const) {
    const port = ports[name] ?? (await freePort(`${dataDir}/${name}`, taken));
    taken.add(port);
    ports[name] = port;
  }
  return ports as Record<ProcessName, number>;
}
