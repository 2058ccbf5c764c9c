import { expand, expandAll, type Tables } from '../liquid/expand.js';
import { EACH_LIQUID_MARK, LIQUID_MARK } from '../liquid/outline.js';
import { cssUrls } from '../urls/css-urls.js';
import { SCHEME, shownHosts, textUrls } from '../urls/text-urls.js';
import type { Findings } from './findings.js';
import { isInline, runUrls } from './text-run.js';
import { tagForms, type StartTag } from './tag-forms.js';
import { tokenise, type MarkupToken } from './tokenise.js';
import { attributeUrls } from './url-attributes.js';

type Of<Kind> = Extract<MarkupToken, { kind: Kind }>;

/**
 * A link that is open: where it may lead, and its text so far, as it stands in the outline. Links that begin one right
 * after the other are one, of which Liquid chooses the beginning: the text belongs to each.
 */
interface Anchor {
  readonly urls: Set<string>;
  text: string;
}

/** Markup inside of values inside of markup, and so on. */
const maxDepth = 4;
/** Of the text of a link, this much is compared with where it leads. */
const maxAnchorText = 4_096;
/** And of hosts in it. */
const maxShown = 50;
const MARKUP = /<[a-z!?/]/i;

const UNCLEAR = 'so that it cannot be told which URLs the e-mail would hold';
const TORN =
  `begins in one HTML tag, attribute or comment and ends in another, ${UNCLEAR}; ` +
  'put whole elements, or whole attribute values, into each branch';
const AMBIGUOUS =
  `may be more or less than one HTML tag, depending on what Liquid makes of it, ${UNCLEAR}; ` +
  'put values with tokens in quotes';
const ENDLESS = `is an HTML tag or comment that does not end, unless Liquid ends it, ${UNCLEAR}`;

/**
 * Finds the URLs of an outline, or of any markup without Liquid in it. What Liquid decides is followed piece by piece:
 * a tag, a text or a style sheet is read in each of the forms that it can take.
 */
export class MarkupReader {
  private anchor: Anchor | undefined;
  private run: { raw: string; text: string }[] = [];

  constructor(
    private readonly tables: Tables,
    private readonly findings: Findings,
    private readonly depth = 0,
  ) {}

  /** @returns whether the markup ends between tags, so that any other may follow it */
  read(source: string): boolean {
    const markup = source.replace(/\r\n?/g, '\n');
    const { tokens, isComplete } = tokenise(markup);
    for (const token of tokens)
      if (!this.findings.isFull) this.readToken(token, markup.slice(token.begin, token.end));
    this.endRun();
    this.closeAnchor();
    // A tag that never ends is none, unless Liquid makes it end.
    const rest = markup.slice(tokens.at(-1)?.end ?? 0);
    if (LIQUID_MARK.test(rest)) this.hinder(rest, ENDLESS);
    return isComplete;
  }

  private readToken(token: MarkupToken, source: string): void {
    switch (token.kind) {
      case 'start':
        return this.readStart(token, source);
      case 'end':
        return this.readEnd(token, source);
      case 'text':
        this.run.push({ raw: source, text: token.text });
        if (this.anchor && this.anchor.text.length < maxAnchorText) this.anchor.text += source;
        return;
      case 'raw':
        return this.readRaw(token, source);
      case 'comment':
        return this.readComment(token, source);
      case 'doctype':
        return this.checkBlocks(source);
    }
  }

  private readStart(token: StartTag, source: string): void {
    if (!isInline(token.name)) this.endRun();
    const elements = LIQUID_MARK.test(source) ? this.formsOf(source) : [token];
    if (token.name === 'a') this.openAnchor();
    for (const { name, attributes } of elements) {
      for (const { url, place } of attributeUrls(name, attributes)) {
        // A link's URL is added when its text is known.
        if (this.anchor && name === 'a' && place === 'link') this.anchor.urls.add(url);
        else this.findings.add({ url, place, shows: [] });
      }
      for (const attribute of attributes)
        if (attribute.name === 'srcdoc' || MARKUP.test(attribute.value)) this.readInner(attribute.value);
        else if (attribute.name.startsWith('on')) this.readCode(attribute.value);
    }
  }

  private formsOf(tag: string): readonly StartTag[] {
    const { tags, cuts, torn } = tagForms(this.tables, tag);
    for (const block of cuts) this.hinderBlock(block);
    for (const form of torn) this.hinder(form, AMBIGUOUS);
    return tags;
  }

  private readEnd({ name }: Of<'end'>, source: string): void {
    this.checkBlocks(source);
    if (!isInline(name)) this.endRun();
    if (name === 'a') this.closeAnchor();
  }

  /** `style` is CSS; what other elements hold may become markup where a mail program does not know them. */
  private readRaw({ element, text }: Of<'raw'>, source: string): void {
    const hasLiquid = LIQUID_MARK.test(source);
    this.checkBlocks(source);
    if (element === 'style')
      for (const css of hasLiquid ? expandAll(this.tables, source, 'text') : [text])
        for (const url of cssUrls(css)) this.findings.add({ url, place: 'image', shows: [] });
    else if (element === 'script')
      for (const code of hasLiquid ? expandAll(this.tables, source, 'text') : [text]) this.readCode(code);
    if (MARKUP.test(source) && element !== 'script') this.readInner(source);
  }

  /**
   * Comments are not read, but for those that Outlook reads, and those with Liquid in them, which may end earlier
   * than it seems.
   */
  private readComment({ text }: Of<'comment'>, source: string): void {
    if (LIQUID_MARK.test(source)) {
      this.checkBlocks(source);
      this.readInner(source.replace(/^<!-{0,2}/, '').replace(/-{0,2}>$/, ''));
    }
    const condition = /^\s*\[if\b/i.exec(text);
    if (!condition) return;
    const begin = text.indexOf(']>');
    if (begin !== -1) this.readInner(text.slice(begin + 2).replace(/<!\[endif\]$/i, ''));
  }

  private readInner(markup: string): void {
    if (this.depth < maxDepth) new MarkupReader(this.tables, this.findings, this.depth + 1).read(markup);
  }

  /** Scripts run nowhere in mail; what they name is looked at all the same. */
  private readCode(code: string): void {
    for (const { url } of textUrls(code))
      if (SCHEME.test(url)) this.findings.add({ url, place: 'other', shows: [] });
  }

  /** The text since the last block of the page: each part by itself, and all together. */
  private endRun(): void {
    const { run } = this;
    this.run = [];
    if (run.length === 0) return;
    const raw = run.map((part) => part.raw);
    const urls = raw.some((part) => LIQUID_MARK.test(part))
      ? [...(raw.length > 1 ? raw : []), raw.join('')].flatMap((text) =>
          this.textForms(text).flatMap((form) => runUrls([form])),
        )
      : runUrls(run.map(({ text }) => text));
    for (const url of new Set(urls)) this.findings.add({ url, place: 'text', shows: [] });
  }

  /** Texts that a piece between tags can become. Markup that comes out of it is read on the way. */
  private textForms(raw: string): string[] {
    return expandAll(this.tables, raw, 'text').flatMap((form) => {
      if (!/[&<]/.test(form)) return [form];
      const { tokens, isComplete } = tokenise(form);
      if (!isComplete) this.hinder(form, ENDLESS);
      if (tokens.some(({ kind }) => kind !== 'text')) this.readInner(form);
      return tokens.flatMap((token) => (token.kind === 'text' ? [token.text] : []));
    });
  }

  private openAnchor(): void {
    if (this.anchor && this.anchor.text.replace(EACH_LIQUID_MARK, '').trim() !== '') this.closeAnchor();
    this.anchor ??= { urls: new Set(), text: '' };
  }

  private closeAnchor(): void {
    const { anchor } = this;
    this.anchor = undefined;
    if (!anchor) return;
    const forms = LIQUID_MARK.test(anchor.text) ? expandAll(this.tables, anchor.text, 'text') : [anchor.text];
    const shows = new Set(forms.flatMap((form) => shownHosts(decode(form.slice(0, maxAnchorText)))));
    for (const url of anchor.urls)
      this.findings.add({ url, place: 'link', shows: [...shows].slice(0, maxShown) });
  }

  /** Blocks must not begin in a tag, an end tag or a comment and end elsewhere. */
  private checkBlocks(source: string): void {
    if (LIQUID_MARK.test(source))
      for (const block of expand(this.tables, source, 'tag').cuts) this.hinderBlock(block);
  }

  private hinderBlock(block: number): void {
    this.findings.hinder({ source: this.tables.blocks[block]?.source ?? '', reason: TORN });
  }

  private hinder(markup: string, reason: string): void {
    const source = this.tables.unknowns.show(markup.replace(EACH_LIQUID_MARK, ''));
    this.findings.hinder({ source, reason });
  }
}

const decode = (text: string): string =>
  /[&<]/.test(text)
    ? tokenise(text)
        .tokens.map((token) => (token.kind === 'text' ? token.text : ' '))
        .join('')
    : text;
