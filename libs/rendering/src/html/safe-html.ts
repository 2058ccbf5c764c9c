import { TextLike } from '../tokens/text-like.js';
import { unescapeText } from './escape-html.js';

/**
 * What `{% capture %}` collected in an HTML template. Its tokens are escaped already, so where it is printed
 * between tags it is printed as it is; filters and comparisons see the text that it says.
 */
export class SafeHtml extends TextLike {
  readonly #html: string;

  constructor(html: string) {
    super();
    this.#html = html;
  }

  /** The markup, escaped for a place between tags. */
  get html(): string {
    return this.#html;
  }

  override toString(): string {
    return unescapeText(this.#html);
  }
}
