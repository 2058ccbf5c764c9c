/** Something in a URL that only a sending tells. */
export interface Unknown {
  /**
   * `guest`: data of the guest or the event. `platform`: an address of our own (`{{barcode_qr}}`, `{{rsvplink_yes}}`,
   * `{{rsvplink_no}}`, `{{unsubscribe_link}}`). `liquid`: worked out by the template in a way that is not followed.
   */
  readonly kind: 'guest' | 'platform' | 'liquid';
  /** As it stands in the template. */
  readonly source: string;
}

const EACH_MARK = /\ufdd0(\d+)\ufdd1/g;
const EACH_NONCHARACTER = /[\ufdd0-\ufdef]/g;

/** Any mark of an unknown in a text. */
export const MARK = /\ufdd0\d+\ufdd1/;

/**
 * Marks for what is not known, to stand in texts in its place. They are noncharacters, which the compiler of
 * templates takes out of every source, so that no author can write one.
 */
export class Unknowns {
  readonly #all: Unknown[] = [];
  readonly #marks = new Map<string, string>();

  /** The same unknown has the same mark. */
  mark(kind: Unknown['kind'], source: string): string {
    const key = `${kind} ${source}`;
    let mark = this.#marks.get(key);
    if (mark === undefined) {
      mark = `\ufdd0${this.#all.push({ kind, source }) - 1}\ufdd1`;
      this.#marks.set(key, mark);
    }
    return mark;
  }

  /** The unknowns of a text, in their order. */
  in(text: string): Unknown[] {
    return Array.from(text.matchAll(EACH_MARK), ([, index]) => this.#all[Number(index)]).filter(
      (unknown) => unknown !== undefined,
    );
  }

  /** The mark of the same unknown under another name, where a text is nothing but one mark. */
  renamed(text: string, source: string): string | undefined {
    const [mark, ...others] = this.in(text);
    const isAlone = mark !== undefined && others.length === 0 && text === this.mark(mark.kind, mark.source);
    return isAlone ? this.mark(mark.kind, source) : undefined;
  }

  /** `text` with something in place of each unknown. Broken marks, which filters leave, go. */
  replace(text: string, by: (unknown: Unknown) => string): string {
    return text
      .replace(EACH_MARK, (_mark, index: string) => {
        const unknown = this.#all[Number(index)];
        return unknown ? by(unknown) : '';
      })
      .replace(EACH_NONCHARACTER, '');
  }

  /** `text` as it stands in the template. */
  show(text: string): string {
    return this.replace(text, ({ source }) => source);
  }
}
