import type { MergeData } from '../merge-data.js';
import type { Page, PageRequest } from './pages.js';
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

/** One version in the list of all: everything but its HTML. */
export interface TemplateVersionSummary {
  version: number;
  name: string;
  subject: string;
  fromAddress: string;
  fromName: string | null;
  replyTo: string | null;
  /** RFC 3339, UTC. */
  created: string;
}

/** What an e-mail would be, by the very renderer that sends. */
export interface TemplatePreview {
  version: number;
  subject: string;
  html: string;
  /** The plain-text part. */
  text: string;
  /** Tokens the template shows that are empty in these data or not known at all, such as `V_7`. */
  missingTokens: string[];
}

/**
 * Stores a template. Errors: `validation_error` (does not parse, with line and column), `not_found` (id of another
 * event), `spam_check_failed` (unsafe URLs).
 */
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

/** The newest version. Null where the template is unknown, deleted or another account's. */
export const getTemplate = defineRpc<{ accountId: string; templateId: string }, TemplateView | null>(
  'comms.rpc.templates.get.v1',
);

/** Every version, newest first. Errors: `not_found`, `validation_error` (`/after`). */
export const listTemplateVersions = defineRpc<
  PageRequest & { accountId: string; templateId: string },
  Page<TemplateVersionSummary>
>('comms.rpc.templates.versions.v1');

/** One version as it was when it was the newest. Errors: `not_found`. */
export const viewTemplateVersion = defineRpc<
  { accountId: string; templateId: string; version: number },
  TemplateView
>('comms.rpc.templates.view-version.v1');

/** @see TemplatePreview. `version` null: the newest; `merge` null: made-up sample data. Errors: `not_found`. */
export const previewTemplate = defineRpc<
  { accountId: string; templateId: string; version: number | null; merge: MergeData | null },
  TemplatePreview
>('comms.rpc.templates.preview.v1');

/** Errors: `not_found`. Sends that were accepted before still finish. */
export const deleteTemplate = defineRpc<{ accountId: string; templateId: string }, { deleted: true }>(
  'comms.rpc.templates.delete.v1',
);
