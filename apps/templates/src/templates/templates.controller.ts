import { Controller } from '@nestjs/common';
import {
  deleteTemplate,
  findTemplate,
  getTemplate,
  getTemplateVersion,
  isId,
  listTemplates,
  listTemplateVersions,
  previewTemplate,
  saveTemplate,
  viewTemplateVersion,
  type MergeData,
  type Page,
  type PageRequest,
  type SaveTemplate,
  type TemplateHead,
  type TemplatePreview,
  type TemplateVersion,
  type TemplateVersionSummary,
  type TemplateView,
} from '@qflow/contracts';
import { Answers } from '@qflow/messaging';
import { sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { CompiledVersions } from './compiled-versions.js';
import { findHead } from './find-head.js';
import { getVersion } from './get-version.js';
import { listPage } from './list-page.js';
import { listVersions } from './list-versions.js';
import { previewTemplate as preview } from './preview-template.js';
import { TemplateChanges } from './template-changes.js';
import { templateNotFound, versionNotFound } from './template-not-found.js';
import { isVersion } from './template-version.js';
import { viewTemplate, viewVersion } from './view-template.js';

interface TemplateKey {
  accountId: string;
  templateId: string;
}

type VersionKey = TemplateKey & { version: number };

const isKey = ({ accountId, templateId }: TemplateKey): boolean => isId(accountId) && isId(templateId);

/** Answers what other services ask about templates. An id that is none is the id of nothing. */
@Controller()
export class TemplatesController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly changes: TemplateChanges,
    private readonly compiled: CompiledVersions,
  ) {}

  @Answers(saveTemplate)
  save(request: SaveTemplate): Promise<TemplateView & { warnings: string[] }> {
    return this.changes.save(request);
  }

  @Answers(deleteTemplate)
  async delete(key: TemplateKey): Promise<{ deleted: true }> {
    if (!isKey(key)) throw templateNotFound();
    return this.changes.delete(key);
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
  async find(key: TemplateKey): Promise<TemplateHead | null> {
    return isKey(key) ? findHead(sqlOf(this.dataSource), key) : null;
  }

  @Answers(getTemplateVersion)
  async version(key: VersionKey): Promise<TemplateVersion | null> {
    return isKey(key) && isVersion(key.version) ? getVersion(sqlOf(this.dataSource), key) : null;
  }

  @Answers(getTemplate)
  async get(key: TemplateKey): Promise<TemplateView | null> {
    return isKey(key) ? viewTemplate(sqlOf(this.dataSource), key) : null;
  }

  @Answers(listTemplateVersions)
  async versions(request: PageRequest & TemplateKey): Promise<Page<TemplateVersionSummary>> {
    if (!isKey(request)) throw templateNotFound();
    return listVersions(sqlOf(this.dataSource), request);
  }

  @Answers(viewTemplateVersion)
  async viewVersion(key: VersionKey): Promise<TemplateView> {
    const isPossible = isKey(key) && isVersion(key.version);
    const view = isPossible ? await viewVersion(sqlOf(this.dataSource), key) : null;
    if (!view) throw versionNotFound();
    return view;
  }

  @Answers(previewTemplate)
  async preview({
    version,
    merge,
    ...key
  }: TemplateKey & { version: number | null; merge: MergeData | null }): Promise<TemplatePreview> {
    const view = version === null ? await this.get(key) : await this.viewVersion({ ...key, version });
    if (!view) throw templateNotFound();
    return preview(this.compiled, { accountId: key.accountId, view, merge });
  }
}
