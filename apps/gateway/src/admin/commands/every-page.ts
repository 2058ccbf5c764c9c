import type { Page, PageRequest } from '@qflow/contracts';
import { maxPage } from '../../paging/page.js';

/** A command line has no next page: the whole list. */
export async function everyPage<T>(list: (page: PageRequest) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  for (let after: string | null = null; ;) {
    const { items, next } = await list({ after, limit: maxPage });
    all.push(...items);
    if (next === null) return all;
    after = next;
  }
}
