import type { FoundUrl, Obstacle } from './found-url.js';

/** URLs that are looked at, of one template. Real ones have a few dozen. */
export const maxUrls = 2_000;

/** Collects what is found, each once. */
export class Findings {
  readonly #urls = new Map<string, FoundUrl>();
  readonly #obstacles = new Map<string, Obstacle>();

  add(found: FoundUrl): void {
    if (this.isFull) return;
    const key = JSON.stringify([found.url, found.place, found.shows]);
    if (!this.#urls.has(key)) this.#urls.set(key, found);
  }

  /** @see Obstacle */
  hinder(obstacle: Obstacle): void {
    const key = JSON.stringify(obstacle);
    if (!this.#obstacles.has(key)) this.#obstacles.set(key, obstacle);
  }

  /** Nothing more is looked for: the template is refused for what there is. */
  get isFull(): boolean {
    return this.#urls.size > maxUrls;
  }

  /** Up to {@link maxUrls} and one more: whoever sees that many knows that there are too many. */
  get urls(): FoundUrl[] {
    return [...this.#urls.values()];
  }

  get obstacles(): Obstacle[] {
    return [...this.#obstacles.values()];
  }
}
