/** What a page says of one kind of pods. */
interface Description {
  reachedBy: string[];
  reaches: string[];
}

/** The places that an operator thinks of, and the words for them in the page. */
const callers: Readonly<Record<string, RegExp>> = { anyone: /anyone/, monitoring: /`monitoring`/ };
const called: Readonly<Record<string, RegExp>> = {
  dns: /\bDNS\b/,
  'nats outside': /\bNATS\b/,
  'postgres outside': /\bPostgreSQL\b/,
};

/**
 * What the table "Network" of a page says otherwise than the edges. Its rows are pods, who may reach them, and what they
 * may reach.
 */
export function networkTableProblems(page: string, edges: readonly string[]): string[] {
  const rows = [...page.matchAll(/^\| `(\w+)` \| ([^|]*) \| ([^|]*) \|$/gm)];
  const described = new Map(rows.map(([, pod = '', by = '', to = '']) => [pod, read(by, to)]));
  const pods = new Set(edges.flatMap((edge) => edge.split(' → ')[0] ?? []));
  for (const place of Object.keys(callers)) pods.delete(place);
  return [...pods].flatMap((pod) => {
    const row = described.get(pod);
    if (!row) return [`the table has no row for ${pod}`];
    const { reachedBy, reaches } = actual(pod, edges);
    return [
      ...differences(`who may reach ${pod}`, row.reachedBy, reachedBy),
      ...differences(`what ${pod} may reach`, row.reaches, reaches),
    ];
  });
}

function read(by: string, to: string): Description {
  const named = (words: Readonly<Record<string, RegExp>>, text: string) =>
    Object.keys(words).filter((place) => words[place]?.test(text));
  const ports = /the internet on (.*)/.exec(to)?.[1];
  const written = ports?.replace(/from (\d+)/, '$1-65535').match(/\d+(-\d+)?/g) ?? [];
  return {
    reachedBy: named(callers, by),
    reaches: [...named(called, to), ...written.map((port) => `internet:${port}`)],
  };
}

function actual(pod: string, edges: readonly string[]): Description {
  const pairs = edges.map((edge) => edge.split(' → ') as [string, string]);
  const to = pairs
    .filter(([from]) => from === pod)
    .map(([, target]) => target.split(':') as [string, string]);
  return {
    reachedBy: pairs
      .filter(([from, target]) => from in callers && target.startsWith(`${pod}:`))
      .map(([from]) => from),
    reaches: to.flatMap(([place, ports]) =>
      place === 'internet'
        ? ports.split(',').map((port) => `internet:${port}`)
        : place in called
          ? [place]
          : [],
    ),
  };
}

const differences = (what: string, described: string[], real: string[]): string[] => [
  ...described
    .filter((one) => !real.includes(one))
    .map((one) => `${what}: the table says ${one}, the policies do not`),
  ...real.filter((one) => !described.includes(one)).map((one) => `${what}: the table leaves out ${one}`),
];
