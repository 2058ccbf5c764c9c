import { findContradictions, findGaps, type Problem } from './find-problems.js';
import { plan } from './plan.js';
import type { SecretStore, SecretValues } from './secret-store.js';

/**
 * Sees to it that every Secret of the plan is there.
 * @param say Gets a line per Secret.
 * @throws Error that names each Secret that does not fit the others, and what to do about it. Nothing that is there is
 * ever changed.
 */
export async function provideSecrets(store: SecretStore, say: (line: string) => void): Promise<void> {
  const held: Record<string, SecretValues | undefined> = {};
  for (const name of Object.keys(plan)) held[name] = await store.read(name);
  complain(findGaps(held), store.namespace);
  for (const [name, make] of Object.entries(plan)) {
    const there = held[name] !== undefined;
    held[name] ??= await provide(store, name, () => make(held));
    say(`Secret ${name} ${there ? 'was there and is kept' : 'is made'}`);
  }
  complain([...findGaps(held), ...findContradictions(held)], store.namespace);
}

/** Whoever comes second takes what the first has made. */
async function provide(store: SecretStore, name: string, make: () => SecretValues): Promise<SecretValues> {
  const values = make();
  if (await store.create(name, values)) return values;
  const theirs = await store.read(name);
  if (theirs) return theirs;
  throw new Error(`Somebody made Secret ${name} and deleted it meanwhile. Run this again.`);
}

function complain(problems: readonly Problem[], namespace: string): void {
  if (problems.length === 0) return;
  const names = [...new Set(problems.map(({ secret }) => secret))];
  const free = names.filter((name) => !withKeyRing.has(name));
  const lines = [
    'Some Secrets do not fit together:',
    ...problems.map(({ secret, what }) => `  ${secret}: ${what}`),
    `Correct them: kubectl -n ${namespace} edit secret ${names.join(' ')}`,
  ];
  if (free.length > 0)
    lines.push(`Or delete them and run this again: kubectl -n ${namespace} delete secret ${free.join(' ')}`);
  throw new Error(lines.join('\n'));
}

/** Without its key ring, what a service has encrypted is lost: nobody is told to delete these. */
const withKeyRing = new Set(['qflow-gateway', 'qflow-webhooks']);
