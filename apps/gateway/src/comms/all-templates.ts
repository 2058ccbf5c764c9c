import { listTemplates, type Page, type TemplateView } from '@qflow/contracts';
import type { RpcClient } from '@qflow/messaging';

/** Characters of HTML after which one answer ends: a few dozen of the largest templates, thousands of usual ones. */
const maxHtml = 16 * 1024 * 1024;

/**
 * The templates of an event, newest first. One answer over NATS holds as many as fit, so it is asked in pages; what is
 * more than this process should hold at once is left to another request.
 * @param after id of the last template that the caller has
 */
export async function allTemplates(
  rpc: RpcClient,
  accountId: string,
  eventId: string,
  after: string | null,
): Promise<Page<TemplateView>> {
  const items: TemplateView[] = [];
  for (let length = 0; length < maxHtml;) {
    const page = await rpc.ask(listTemplates, { accountId, eventId, after: items.at(-1)?.id ?? after });
    if (page.length === 0) return { items, next: null };
    items.push(...page);
    for (const { html } of page) length += html.length;
  }
  return { items, next: items.at(-1)?.id ?? null };
}
