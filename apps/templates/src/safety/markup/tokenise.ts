import { Tokenizer, TokenizerMode, type Token } from 'parse5';

export interface Attribute {
  readonly name: string;
  readonly value: string;
}

interface Span {
  /** Offsets in the markup. */
  readonly begin: number;
  readonly end: number;
}

/** A token of markup. Text and attributes are decoded: they hold no entities any more. */
export type MarkupToken = Span &
  (
    | { readonly kind: 'start'; readonly name: string; readonly attributes: readonly Attribute[] }
    | { readonly kind: 'end'; readonly name: string }
    | { readonly kind: 'text'; readonly text: string }
    /** The content of an element that holds no markup: `style`, `script`, `title`, … */
    | { readonly kind: 'raw'; readonly element: string; readonly text: string }
    | { readonly kind: 'comment'; readonly text: string }
    | { readonly kind: 'doctype' }
  );

export interface Tokens {
  readonly tokens: readonly MarkupToken[];
  /** False where the markup ends inside of a tag or a comment. */
  readonly isComplete: boolean;
}

const RAW_ELEMENTS: Readonly<Record<string, (typeof TokenizerMode)[keyof typeof TokenizerMode]>> = {
  title: TokenizerMode.RCDATA,
  textarea: TokenizerMode.RCDATA,
  style: TokenizerMode.RAWTEXT,
  xmp: TokenizerMode.RAWTEXT,
  iframe: TokenizerMode.RAWTEXT,
  noembed: TokenizerMode.RAWTEXT,
  noframes: TokenizerMode.RAWTEXT,
  script: TokenizerMode.SCRIPT_DATA,
  plaintext: TokenizerMode.PLAINTEXT,
};

/** A character that no template holds: whether it arrives as text tells whether the markup was complete. */
const SENTINEL = '\ufdef';

/**
 * Markup as browsers read it (HTML Living Standard, 13.2.5). Tokens and no tree: URLs stand in tokens, and a tree of
 * hostile markup grows with the square of it.
 */
export function tokenise(markup: string): Tokens {
  const reader = new Reader();
  const tokenizer = new Tokenizer({ sourceCodeLocationInfo: true }, reader);
  reader.enter = (mode) => (tokenizer.state = mode);
  tokenizer.write(markup.replace(/\r\n?/g, '\n') + SENTINEL, true);
  return reader.result();
}

const spanOf = ({ location }: Token.Token): Span => ({
  begin: location?.startOffset ?? 0,
  end: location?.endOffset ?? 0,
});

/** Puts together what the tokenizer tells, character by character or thereabouts. */
class Reader {
  /** Switches the tokenizer, which in browsers is the tree's part. */
  enter: (mode: (typeof TokenizerMode)[keyof typeof TokenizerMode]) => void = () => undefined;
  onParseError = null;
  private readonly tokens: MarkupToken[] = [];
  private text: { chunks: string[]; begin: number; end: number } | undefined;
  private rawElement = '';
  private sawSentinel = false;

  result(): Tokens {
    this.flush();
    return { tokens: this.tokens, isComplete: this.sawSentinel && this.rawElement === '' };
  }

  onStartTag(token: Token.TagToken): void {
    this.flush();
    const { tagName: name, attrs } = token;
    const attributes = attrs.map(({ name, value }) => ({ name, value }));
    this.tokens.push({ kind: 'start', name, attributes, ...spanOf(token) });
    const mode = Object.hasOwn(RAW_ELEMENTS, name) ? RAW_ELEMENTS[name] : undefined;
    if (mode === undefined) return;
    this.rawElement = name;
    this.enter(mode);
  }

  onEndTag(token: Token.TagToken): void {
    this.flush();
    this.rawElement = '';
    this.tokens.push({ kind: 'end', name: token.tagName, ...spanOf(token) });
  }

  onComment(token: Token.CommentToken): void {
    this.flush();
    this.tokens.push({ kind: 'comment', text: token.data, ...spanOf(token) });
  }

  onDoctype(token: Token.DoctypeToken): void {
    this.flush();
    this.tokens.push({ kind: 'doctype', ...spanOf(token) });
  }

  onCharacter(token: Token.CharacterToken): void {
    const { begin, end } = spanOf(token);
    this.text ??= { chunks: [], begin, end };
    this.text.chunks.push(token.chars);
    this.text.end = end;
  }

  onWhitespaceCharacter(token: Token.CharacterToken): void {
    this.onCharacter(token);
  }

  onNullCharacter(token: Token.CharacterToken): void {
    this.onCharacter(token);
  }

  onEof(): void {
    this.flush();
  }

  private flush(): void {
    if (!this.text) return;
    let text = this.text.chunks.join('');
    let { end } = this.text;
    const { begin } = this.text;
    this.text = undefined;
    if (text.endsWith(SENTINEL)) {
      this.sawSentinel = true;
      text = text.slice(0, -1);
      end -= 1;
    }
    if (text === '') return;
    this.tokens.push(
      this.rawElement
        ? { kind: 'raw', element: this.rawElement, text, begin, end }
        : { kind: 'text', text, begin, end },
    );
  }
}
