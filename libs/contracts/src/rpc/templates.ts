import { defineRpc } from './rpc.js';

/** A template as integrators see it: the newest version. */
export interface TemplateView {
  id: string;
  eventId: string;
  name: string;
  subject: string;
  html: string;
  fromAddress: string;
  fromName: string | null;
  replyTo: string | null;
  version: number;
  /** RFC 3339, UTC. */
  created: string;
  updated: string;
}

export interface SaveTemplate {
  accountId: string;
  /** The caller's id, or absent to have one minted. An id that exists is an update and makes a new version. */
  id?: string;
  eventId: string;
  name: string;
  subject: string;
  html: string;
  fromAddress: string;
  fromName?: string | null;
  replyTo?: string | null;
}

/** What the gateway needs to know before it accepts a send, and nothing more: small enough to cache by the thousand. */
export interface TemplateHead {
  id: string;
  eventId: string;
  version: number;
}

/** One immutable version, whole: what the sender renders. */
export interface TemplateVersion {
  templateId: string;
  version: number;
  subject: string;
  html: string;
  fromAddress: string;
  fromName: string | null;
  replyTo: string | null;
}

/** Stores a template. Errors: `validation_error` (does not parse, with line and column), `not_found` (id of another event). */
export const saveTemplate = defineRpc<SaveTemplate, TemplateView & { warnings: string[] }>(
  'comms.rpc.templates.save.v1',
);

/**
 * The templates of an event, newest first: as many as fit in one answer, at least one if there is any. Ask again
 * with the last one's id as `after` until the answer is empty.
 */
export const listTemplates = defineRpc<
  { accountId: string; eventId: string; after?: string | null },
  TemplateView[]
>('comms.rpc.templates.list.v1');

/** Null where the template is unknown or another account's. */
export const findTemplate = defineRpc<{ accountId: string; templateId: string }, TemplateHead | null>(
  'comms.rpc.templates.find.v1',
);

/** Versions are immutable, so an answer may be cached for ever. Null where it never existed. */
export const getTemplateVersion = defineRpc<
  { templateId: string; accountId: string; version: number },
  TemplateVersion | null
>('comms.rpc.templates.version.v1');
