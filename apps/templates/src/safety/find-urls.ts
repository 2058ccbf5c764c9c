import {
  renderTemplate,
  TEMPLATE_LIMITS,
  TemplateRenderError,
  type CompiledTemplate,
  type MergeData,
  type TemplateSource,
} from '@qflow/rendering';
import { drawOutline } from './liquid/draw-outline.js';
import { expandAll, type Tables } from './liquid/expand.js';
import { newBudget } from './liquid/outline.js';
import { readTree } from './liquid/template-tree.js';
import { Unknowns } from './liquid/unknowns.js';
import { blankGuest, markedGuest } from './marked-guest.js';
import { Findings } from './markup/findings.js';
import type { FoundUrl, Obstacle } from './markup/found-url.js';
import { MarkupReader } from './markup/read-markup.js';
import { textUrls } from './urls/text-urls.js';

/** One way of looking at a template. */
export interface View {
  readonly urls: readonly FoundUrl[];
  readonly obstacles: readonly Obstacle[];
  /** What the marks in the URLs stand for. */
  readonly unknowns: Unknowns;
}

/**
 * Every URL that a mail program may find in e-mails of a template, seen in two ways. First as its author wrote it: all
 * branches, with tokens as unknowns. Then as two guests would get it, one with and one without data of their own, for
 * what Liquid works out along the way; of these only URLs that the first view does not hold.
 */
export function findUrls(source: TemplateSource, compiled: CompiledTemplate): View[] {
  const written = viewWritten(compiled);
  if (!/\{[{%]/.test(source.html + source.subject)) return [written];
  const known = new Set(written.urls.map(({ url }) => written.unknowns.show(url)));
  const received = viewReceived(compiled, source);
  return [
    written,
    { ...received, urls: received.urls.filter(({ url }) => !known.has(received.unknowns.show(url))) },
  ];
}

const UNFINISHED =
  'captures HTML that is no whole, so that it cannot be told which URLs the e-mail would hold; ' +
  'capture whole elements, or text';

function viewWritten({ html, subject }: CompiledTemplate): View {
  const findings = new Findings();
  const unknowns = new Unknowns();
  const outline = drawOutline(readTree(html), unknowns);
  new MarkupReader(outline, findings).read(outline.markup);
  for (const { markup, source } of outline.captures)
    if (!new MarkupReader(outline, findings).read(markup)) findings.hinder({ source, reason: UNFINISHED });
  const line = drawOutline(readTree(subject), unknowns);
  const texts = [...outline.texts, ...expandAll(line, line.markup, 'plain'), ...line.texts];
  for (const text of texts) addText(findings, text);
  return { urls: findings.urls, obstacles: findings.obstacles, unknowns };
}

function addText(findings: Findings, text: string): void {
  for (const { url } of textUrls(text)) findings.add({ url, place: 'text', shows: [] });
}

function viewReceived(template: CompiledTemplate, source: TemplateSource): View {
  const unknowns = new Unknowns();
  const findings = new Findings();
  const tables: Tables = { outputs: [], blocks: [], unknowns, budget: newBudget() };
  const guests = [markedGuest(unknowns, source.subject + source.html), blankGuest(unknowns)];
  const rendered = guests.flatMap((guest) => render(template, guest) ?? []);
  for (const html of new Set(rendered.map((one) => one.html)))
    new MarkupReader(tables, findings).read(html.slice(0, TEMPLATE_LIMITS.htmlLength));
  for (const { subject } of rendered) addText(findings, subject);
  return { urls: findings.urls, obstacles: findings.obstacles, unknowns };
}

/** Undefined where the template is too much work for this guest; that is found when it is saved, or it is not sent. */
function render(template: CompiledTemplate, guest: MergeData): { html: string; subject: string } | undefined {
  try {
    return renderTemplate(template, guest);
  } catch (error) {
    if (error instanceof TemplateRenderError) return undefined;
    throw error;
  }
}
