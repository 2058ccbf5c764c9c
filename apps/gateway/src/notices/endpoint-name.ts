const longestPath = 80;

/**
 * What an endpoint is called where people read of it: its host and path. The rest of a URL is left out, because that
 * is where receivers put their keys.
 */
export function endpointName(url: string): string {
  if (!URL.canParse(url)) return 'your endpoint';
  const { host, pathname } = new URL(url);
  if (pathname === '/') return host;
  return host + (pathname.length > longestPath ? `${pathname.slice(0, longestPath)}…` : pathname);
}
