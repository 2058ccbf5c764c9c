import { Injectable } from '@nestjs/common';
import type { TemplateView } from '@qflow/contracts';
import { parseTemplate, type CompiledTemplate } from '@qflow/rendering';
import { LRUCache } from 'lru-cache';
import { syntaxErrors } from './check-syntax.js';

/** An author looks at a few versions, again and again; a compiled one is some ten times the size of its HTML. */
const maxVersions = 100;

/** Versions that have been previewed, compiled once: a version never changes. */
@Injectable()
export class CompiledVersions {
  private readonly cache = new LRUCache<string, CompiledTemplate>({ max: maxVersions });

  /** @throws CodedError `validation_error` where the version was saved under rules that no longer hold */
  get(accountId: string, version: TemplateView): CompiledTemplate {
    const key = `${accountId}/${version.id}/${version.version}`;
    const known = this.cache.get(key);
    if (known) return known;
    const parsed = parseTemplate(version);
    if (!parsed.ok) throw syntaxErrors(parsed.errors);
    this.cache.set(key, parsed.template);
    return parsed.template;
  }
}
