import { randomUUID } from 'node:crypto';
import {
  CodedError,
  deleteTemplate,
  findTemplate,
  getSend,
  getTemplate,
  listSendDeliveries,
  listTemplates,
  listTemplateVersions,
  previewTemplate,
  requestSend,
  saveTemplate,
  senderIdentity,
  sendTestCopy,
  viewTemplateVersion,
  type MergeData,
  type RequestSend,
  type Rpc,
  type SaveTemplate,
  type SenderIdentity,
  type SendTestCopy,
  type SendTicket,
  type SendView,
  type TemplateVersionSummary,
  type TemplateView,
  type TimelineEntry,
} from '@qflow/contracts';
import { rpcFailure } from '@qflow/messaging';
import type { TestMessages } from '@qflow/testing';
import { FakeSender } from './fake-sender.js';
import { FakeWebhooks } from './fake-webhooks.js';

type OwnedTemplate = TemplateView & { accountId: string };

/** Stands in for templates, sender and webhooks: answers what the gateway asks them over NATS, on the real wire. */
export class FakeServices {
  readonly templates = new Map<string, OwnedTemplate>();
  readonly sends = new Map<string, SendView & { accountId: string }>();
  readonly deliveries = new Map<string, TimelineEntry[]>();
  /** What the sender does beyond single sends. */
  readonly sender: FakeSender;
  readonly webhooks: FakeWebhooks;
  /** What the sender was asked to send. */
  readonly requested: RequestSend[] = [];
  /** What previews were asked to show. */
  readonly previewed: MergeData[] = [];
  /** Copies that the sender was asked for. */
  readonly copies: SendTestCopy[] = [];
  /** What the sender says of addresses; undefined has it stay silent. */
  identity: SenderIdentity | undefined;
  /** How often the templates service was asked for a head. */
  headsAsked = 0;
  /** Set to have the sender refuse. */
  refuseSend: CodedError | undefined;

  constructor(private readonly messages: TestMessages) {
    this.answerTemplates();
    this.answerSends();
    this.sender = new FakeSender((rpc, how) => this.answer(rpc, how));
    this.webhooks = new FakeWebhooks((rpc, how) => this.answer(rpc, how));
  }

  /** A template that exists from now on. */
  template(accountId: string, eventId: string, values: Partial<TemplateView> = {}): TemplateView {
    const now = new Date().toISOString();
    const template = {
      id: randomUUID(),
      name: 'Ticket',
      subject: 'Your ticket for {{event}}',
      html: '<p>Hello {{firstname}}</p>',
      fromAddress: 'tickets@example.com',
      fromName: null,
      replyTo: null,
      version: 1,
      created: now,
      updated: now,
      ...values,
      eventId,
    };
    this.templates.set(template.id, { ...template, accountId });
    return template;
  }

  private answerTemplates(): void {
    this.answer(findTemplate, ({ accountId, templateId }) => {
      this.headsAsked++;
      const found = this.templates.get(templateId);
      if (found?.accountId !== accountId) return null;
      return { id: found.id, eventId: found.eventId, version: found.version };
    });
    // One to a page, so that the gateway has to ask for the next.
    this.answer(listTemplates, ({ accountId, eventId, after }) => {
      const all = [...this.templates.values()]
        .filter((one) => one.accountId === accountId && one.eventId === eventId)
        .map((one) => viewOf(one));
      const next = after ? all.findIndex(({ id }) => id === after) + 1 : 0;
      return all.slice(next, next + 1);
    });
    this.answerOneTemplate();
    this.answer(saveTemplate, ({ accountId, id, eventId, ...values }: SaveTemplate) => {
      const saved = this.template(accountId, eventId, { ...values, ...(id && { id }) });
      return { ...saved, warnings: [] };
    });
  }

  /** Every template has all versions up to its newest, each the same but for its number. */
  private answerOneTemplate(): void {
    this.answer(getTemplate, (key) => {
      const found = this.owned(key);
      return found && viewOf(found);
    });
    this.answer(listTemplateVersions, ({ after, limit, ...key }) => {
      const { version, ...content } = this.required(key);
      const newest = after === null ? version : Number(after) - 1;
      const items = Array.from({ length: Math.min(limit, newest) }, (_, index) => newest - index).map(
        (number) => summaryOf({ ...content, version: number }),
      );
      const last = items.at(-1)?.version ?? 1;
      return { items, next: last > 1 ? String(last) : null };
    });
    this.answer(viewTemplateVersion, ({ version, ...key }) => this.versionOf(key, version));
    this.answer(previewTemplate, ({ version, merge, ...key }) => {
      const shown = version === null ? this.required(key) : this.versionOf(key, version);
      if (merge) this.previewed.push(merge);
      return {
        version: shown.version,
        subject: shown.subject,
        html: shown.html,
        text: '',
        missingTokens: [],
      };
    });
    this.answer(deleteTemplate, (key) => {
      this.templates.delete(this.required(key).id);
      return { deleted: true };
    });
  }

  private owned({ accountId, templateId }: TemplateKey): OwnedTemplate | null {
    const found = this.templates.get(templateId);
    return found?.accountId === accountId ? found : null;
  }

  private required(key: TemplateKey): OwnedTemplate {
    const found = this.owned(key);
    if (!found) throw new CodedError('not_found', 'The template does not exist.');
    return found;
  }

  private versionOf(key: TemplateKey, version: number): TemplateView {
    const found = this.required(key);
    if (version > found.version)
      throw new CodedError('not_found', 'The template does not exist, or has no such version.');
    return { ...viewOf(found), version };
  }

  private answerSends(): void {
    this.answer(sendTestCopy, (copy): SendTicket => {
      if (this.refuseSend) throw this.refuseSend;
      this.copies.push(copy);
      return { attendeeInvitationId: copy.requestId ?? randomUUID(), status: 'queued' };
    });
    this.answer(senderIdentity, () => {
      if (!this.identity) throw new CodedError('unavailable', 'The sender is away.');
      return this.identity;
    });
    this.answer(requestSend, (request): SendTicket => {
      if (this.refuseSend) throw this.refuseSend;
      this.requested.push(request);
      return { attendeeInvitationId: randomUUID(), status: 'queued' };
    });
    this.answer(getSend, ({ accountId, sendId }) => {
      const found = this.sends.get(sendId);
      if (found?.accountId !== accountId) return null;
      const { accountId: _, ...view } = found;
      return view;
    });
    this.answer(listSendDeliveries, ({ sendId }) => this.deliveries.get(sendId) ?? []);
  }

  /**
   * Like `@Answers` in a real service: what is thrown travels as a failure with its code.
   * @returns takes the answer away again: nobody is there then
   */
  private answer<Request, Reply>(rpc: Rpc<Request, Reply>, how: (request: Request) => Reply): () => void {
    const subscription = this.messages.connection.subscribe(rpc.subject, {
      callback: (_error, message) => {
        try {
          message.respond(JSON.stringify({ ok: true, value: how(message.json<Request>()) }));
        } catch (error) {
          message.respond(JSON.stringify(rpcFailure(error, () => false)));
        }
      },
    });
    return () => subscription.unsubscribe();
  }
}

interface TemplateKey {
  accountId: string;
  templateId: string;
}

const summaryOf = (template: OwnedTemplate): TemplateVersionSummary => ({
  version: template.version,
  name: template.name,
  subject: template.subject,
  fromAddress: template.fromAddress,
  fromName: template.fromName,
  replyTo: template.replyTo,
  created: template.updated,
});

const viewOf = ({ accountId: _, ...view }: OwnedTemplate): TemplateView => view;
