import type { Program } from '../liquid/prepare-program.js';
import type { TokenBinding } from '../tokens/bind-tokens.js';

/** What is compiled: the two fields of a template that its author writes. */
export interface TemplateSource {
  readonly subject: string;
  readonly html: string;
}

/**
 * A template, ready to be rendered any number of times. It has no state and refers to nothing of a guest; keep it
 * as long as the version of the template is in use.
 */
export interface CompiledTemplate {
  /** Names in the template that are no merge tokens, as written, in order of appearance. They render empty. */
  readonly unknownTokens: readonly string[];
  /** From here on for `renderTemplate`, and for the scan for unsafe URLs, which follows the programs' branches. */
  readonly bindings: readonly TokenBinding[];
  readonly subject: Program;
  readonly html: Program;
  /** `undefined`: convert what was rendered. */
  readonly text: Program | undefined;
}
