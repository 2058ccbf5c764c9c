import { Inject, Injectable } from '@nestjs/common';
import { changeSubjects, type SaveTemplate, type TemplateChanged, type TemplateView } from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { inTransaction, sqlOf } from '@qflow/persistence';
import { LOGGER, Metrics } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { TemplateSafety } from '../safety/template-safety.js';
import { checkSyntax } from './check-syntax.js';
import { deleteTemplate } from './delete-template.js';
import { readDraft } from './read-draft.js';
import { storeTemplate, type StoredTemplate } from './store-template.js';
import { templateNotFound } from './template-not-found.js';

/** Saves and deletes templates, and tells the caches of other services afterwards. */
@Injectable()
export class TemplateChanges {
  private readonly saved;
  private readonly deleted;

  constructor(
    private readonly dataSource: DataSource,
    private readonly rpc: RpcClient,
    private readonly safety: TemplateSafety,
    metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.saved = metrics.counter('qflow_templates_saved_total', 'Templates saved, by what came of it.', [
      'outcome',
    ]);
    this.deleted = metrics.counter('qflow_templates_deleted_total', 'Templates deleted.');
  }

  /** @throws CodedError `validation_error`, `spam_check_failed`, `not_found`, `unavailable`; nothing is stored then */
  async save(request: SaveTemplate): Promise<TemplateView & { warnings: string[] }> {
    const started = performance.now();
    const draft = readDraft(request);
    const { compiled, warnings: unknown } = checkSyntax(draft);
    const warnings = [...unknown, ...(await this.safety.check(draft, compiled))];
    const stored = await inTransaction(this.dataSource, (sql) => storeTemplate(sql, draft));
    if (stored.outcome !== 'unchanged')
      this.announce({ accountId: draft.accountId, templateId: stored.view.id });
    this.report(draft.accountId, stored, warnings.length, performance.now() - started);
    return { ...stored.view, warnings };
  }

  /** @throws CodedError `not_found` */
  async delete({ accountId, templateId }: TemplateChanged): Promise<{ deleted: true }> {
    const template = { accountId, templateId };
    if (!(await deleteTemplate(sqlOf(this.dataSource), template))) throw templateNotFound();
    this.announce(template);
    this.deleted.inc();
    this.logger.info(template, 'template deleted');
    return { deleted: true };
  }

  /** After the commit, or a cache might fetch what was there before once more and keep it. */
  private announce(change: TemplateChanged): void {
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
