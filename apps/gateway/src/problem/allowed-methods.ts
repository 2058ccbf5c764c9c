import type { FastifyInstance } from 'fastify';

/** Which methods a path answers to, for the `Allow` header of a 405 (RFC 9110 §15.5.6). */
export class AllowedMethods {
  private readonly routes: { path: RegExp; methods: Set<string> }[] = [];
  private readonly known = new Map<string, Set<string>>();

  /** Watches routes being added; Fastify itself can only be asked about a method and a path together. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ url, method }) => {
      // @fastify/cors puts a route of this name there, so that preflights of every address reach its hook.
      if (url === '*') return;
      for (const one of [method].flat()) this.add(url, one);
    });
  }

  /** @param path without its query @returns none where the path is unknown */
  of(path: string): string[] {
    const methods = this.routes
      .filter((route) => route.path.test(path))
      .flatMap((route) => [...route.methods]);
    return methods.length === 0 ? [] : [...new Set([...methods, 'OPTIONS'])].sort();
  }

  /** Every route there is, as it was declared. */
  declared(): { path: string; method: string }[] {
    return [...this.known].flatMap(([path, methods]) => [...methods].map((method) => ({ path, method })));
  }

  private add(url: string, method: string): void {
    const known = this.known.get(url);
    if (known) return void known.add(method);
    const methods = new Set([method]);
    this.known.set(url, methods);
    this.routes.push({ path: patternOf(url), methods });
  }
}

/** `/api/guest/:id` → `^/api/guest/[^/]+$`. */
const patternOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/:\w+/g, '[^/]+')}$`,
  );
