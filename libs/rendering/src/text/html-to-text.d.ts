/** The part of html-to-text 10 that is used here; it ships no types. */
declare module 'html-to-text' {
  export interface Element {
    readonly name: string;
    readonly attribs: Readonly<Record<string, string | undefined>>;
    readonly children: readonly unknown[];
  }

  export interface TextBuilder {
    readonly options: { readonly formatters: Readonly<Record<string, Formatter>> };
    addInline(text: string, options?: { noWordTransform?: boolean }): void;
  }

  export type Formatter = (
    element: Element,
    walk: (children: readonly unknown[], builder: TextBuilder) => void,
    builder: TextBuilder,
    formatOptions: Readonly<Record<string, unknown>>,
  ) => void;

  export interface Options {
    wordwrap?: false;
    baseElements?: { selectors: readonly string[] };
    limits?: { maxDepth?: number; ellipsis?: string };
    formatters?: Readonly<Record<string, Formatter>>;
    selectors?: ReadonlyArray<{
      selector: string;
      format?: string;
      options?: Readonly<Record<string, unknown>>;
    }>;
  }

  export function compile(options: Options): (html: string) => string;
}
