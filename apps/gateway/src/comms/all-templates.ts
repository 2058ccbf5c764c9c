import { listTemplates, type TemplateView } from '@qflow/contracts';
import type { RpcClient } from '@qflow/messaging';

/** Every template of an event, newest first. One answer over NATS holds as many as fit, so it is asked in pages. */
export async function allTemplates(
  rpc: RpcClient,
  accountId: string,
  eventId: string,
): Promise<TemplateView[]> {
  const all: TemplateView[] = [];
  for (;;) {
    const page = await rpc.ask(listTemplates, { accountId, eventId, after: all.at(-1)?.id ?? null });
    if (page.length === 0) return all;
    all.push(...page);
  }
}
