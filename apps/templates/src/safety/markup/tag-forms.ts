import { expand, type Tables } from '../liquid/expand.js';
import { tokenise, type MarkupToken } from './tokenise.js';

export type StartTag = Extract<MarkupToken, { kind: 'start' }>;

/** What a start tag with Liquid in it can become. */
export interface TagForms {
  readonly tags: readonly StartTag[];
  /** Blocks that begin or end outside of the tag. */
  readonly cuts: readonly number[];
  /** Forms that are not exactly one tag, or would not be if a token were empty. */
  readonly torn: readonly string[];
}

/** @param tag its source in the outline, from `<` to `>` */
export function tagForms(tables: Tables, tag: string): TagForms {
  const { variants, aside, cuts } = expand(tables, tag, 'tag');
  const torn: string[] = [];
  const tags = variants.flatMap((variant) => {
    const full = startTag(variant);
    const empty = startTag(tables.unknowns.replace(variant, () => ''));
    if (!full || !empty) {
      torn.push(variant);
      return full ? [full] : [];
    }
    const plain = withPlainNames(tables, full);
    // Where there are no quotes, an empty value may uncover other attributes.
    return namesOf(empty) === namesOf(plain) ? [plain] : [plain, empty];
  });
  return { tags: [...tags, ...aside.flatMap((branch) => attributesAside(tables, branch))], cuts, torn };
}

/** What stands aside in a tag is some of its attributes, or parts of their values. */
function attributesAside(tables: Tables, branch: string): StartTag[] {
  const { variants, aside } = expand(tables, branch, 'tag');
  const tags = variants.flatMap((variant) => startTag(`<x ${variant}>`) ?? []);
  return [...tags, ...aside.flatMap((inner) => attributesAside(tables, inner))];
}

/** The one start tag that the markup is; undefined where it is anything else. */
function startTag(markup: string): StartTag | undefined {
  const { tokens } = tokenise(markup);
  const [tag] = tokens;
  return tag?.kind === 'start' && tokens.length === 1 && tag.end === markup.length ? tag : undefined;
}

/** A token in an attribute's name may be empty: `hr{{V_1}}ef`. */
function withPlainNames(tables: Tables, tag: StartTag): StartTag {
  const attributes = tag.attributes
    .map(({ name, value }) => ({ name: tables.unknowns.replace(name, () => ''), value }))
    .filter(({ name }) => name !== '');
  return { ...tag, attributes };
}

const namesOf = ({ attributes }: StartTag): string => attributes.map(({ name }) => name).join(' ');
