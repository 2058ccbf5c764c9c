import type { Answer, TestGateway, TestUser } from './test-gateway.js';

/** A bare array, as lists and bulk calls answer it. */
export const arrayOf = <T>({ body }: Answer): T[] => body as unknown as T[];

/** The address of the next page, from the `Link` header (RFC 8288); null on the last page. */
export const nextOf = ({ headers }: Answer): string | null =>
  /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1] ?? null;

/** Reads a list page by page to its end, doing something between the pages. */
export async function readAll<T>(
  gateway: TestGateway,
  user: TestUser,
  firstPage: string,
  between: () => Promise<unknown> = () => Promise.resolve(),
): Promise<T[]> {
  const all: T[] = [];
  for (let path: string | null = firstPage; path !== null;) {
    const answer: Answer = await gateway.call('GET', path, { token: user.token });
    if (answer.status !== 200) throw new Error(answer.text);
    all.push(...arrayOf<T>(answer));
    path = nextOf(answer);
    if (path !== null) await between();
  }
  return all;
}
