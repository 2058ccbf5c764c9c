import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

export const workspace = path.resolve(import.meta.dirname, '../../../..');

export interface Service {
  image: string;
  build?: { args: { APP: string } };
  command?: string[];
  environment?: Record<string, string | number>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test?: string[] };
  networks: string[];
  ports?: string[];
  volumes?: string[];
  tmpfs?: string[];
  cap_drop?: string[];
  security_opt?: string[];
  logging?: { options?: Record<string, string> };
  read_only?: boolean;
  restart?: string;
  mem_limit?: string;
}

export interface Compose {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean }>;
  volumes: Record<string, object>;
}

export const composeText = readFileSync(path.join(workspace, 'docker/compose.yaml'), 'utf8');

/** The file as Compose sees it where nobody has set anything: merge keys resolved, variables replaced by defaults. */
export function readCompose(): Compose {
  const parsed: unknown = parse(composeText, { merge: true });
  const replaced = (_key: string, value: unknown) =>
    typeof value === 'string' ? withDefaults(value) : value;
  return JSON.parse(JSON.stringify(parsed), replaced) as Compose;
}

/** `${NAME:-default}`, in the order of the file. */
export function variablesIn(text: string): { name: string; value: string }[] {
  return [...text.matchAll(/\$\{(\w+):-([^}]*)\}/g)].map(([, name = '', value = '']) => ({ name, value }));
}

const withDefaults = (text: string): string => text.replace(/\$\{\w+:-([^}]*)\}/g, '$1');

/** What runs once and ends. */
export const isOneShot = ({ restart }: Service): boolean => restart === 'no';

/** The app whose image a service runs, if it is one of ours. */
export const appOf = ({ image }: Service): string | undefined => /^qflow\/(\w+):/.exec(image)?.[1];
