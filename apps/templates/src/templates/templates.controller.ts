import { Controller, Inject } from '@nestjs/common';
import {
  changeSubjects,
  findTemplate,
  getTemplateVersion,
  isId,
  listTemplates,
  saveTemplate,
  type SaveTemplate,
  type TemplateChanged,
  type TemplateHead,
  type TemplateVersion,
  type TemplateView,
} from '@qflow/contracts';
import { Answers, RpcClient } from '@qflow/messaging';
import { inTransaction, sqlOf } from '@qflow/persistence';
import { LOGGER, Metrics } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { checkSyntax } from './check-syntax.js';
import { findHead } from './find-head.js';
import { getVersion } from './get-version.js';
import { listPage } from './list-page.js';
import { readDraft } from './read-draft.js';
import { storeTemplate, type StoredTemplate } from './store-template.js';

interface TemplateKey {
  accountId: string;
  templateId: string;
}

const maxInt = 2 ** 31 - 1;

/** Answers what other services ask about templates. An id that is none is the id of nothing. */
@Controller()
export class TemplatesController {
  private readonly saved;

  constructor(
    private readonly dataSource: DataSource,
    private readonly rpc: RpcClient,
    metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.saved = metrics.counter('qflow_templates_saved_total', 'Templates saved, by what came of it.', [
      'outcome',
    ]);
  }

  @Answers(saveTemplate)
  async save(request: SaveTemplate): Promise<TemplateView & { warnings: string[] }> {
    const started = performance.now();
    const draft = readDraft(request);
    const warnings = checkSyntax(draft);
    const stored = await inTransaction(this.dataSource, (sql) => storeTemplate(sql, draft));
    this.announce(draft.accountId, stored);
    this.report(draft.accountId, stored, warnings.length, performance.now() - started);
    return { ...stored.view, warnings };
  }

  @Answers(listTemplates)
  async list({
    accountId,
    eventId,
    after = null,
  }: {
    accountId: string;
    eventId: string;
    after?: string | null;
  }): Promise<TemplateView[]> {
    if (!isId(accountId) || !isId(eventId) || (after !== null && !isId(after))) return [];
    return listPage(sqlOf(this.dataSource), { accountId, eventId, after });
  }

  @Answers(findTemplate)
  async find({ accountId, templateId }: TemplateKey): Promise<TemplateHead | null> {
    if (!isId(accountId) || !isId(templateId)) return null;
    return findHead(sqlOf(this.dataSource), { accountId, templateId });
  }

  @Answers(getTemplateVersion)
  async version({
    accountId,
    templateId,
    version,
  }: TemplateKey & { version: number }): Promise<TemplateVersion | null> {
    const isVersion = Number.isInteger(version) && version >= 1 && version <= maxInt;
    if (!isId(accountId) || !isId(templateId) || !isVersion) return null;
    return getVersion(sqlOf(this.dataSource), { accountId, templateId, version });
  }

  /** After the commit, or a cache might fetch the old version once more and keep it. */
  private announce(accountId: string, { view, outcome }: StoredTemplate): void {
    if (outcome === 'unchanged') return;
    const change: TemplateChanged = { accountId, templateId: view.id };
    this.rpc.announce(changeSubjects.template, change);
  }

  private report(accountId: string, { view, outcome }: StoredTemplate, warnings: number, ms: number): void {
    this.saved.inc({ outcome });
    const durationMs = Math.round(ms * 100) / 100;
    const { id: templateId, eventId, version } = view;
    this.logger.info(
      { accountId, eventId, templateId, version, outcome, warnings, durationMs },
      'template saved',
    );
  }
}
