/**
 * What a template may cost. Templates are written by strangers and rendered between other people's e-mails, so
 * every kind of work has a bound. The units of `work` are characters handled by tokens, filters and literals,
 * plus fixed prices for steps that produce none; they depend on the template and the guest alone, never on how
 * busy the machine is.
 */
export const TEMPLATE_LIMITS = {
  /** Characters of a subject. */
  subjectLength: 2_000,
  /** Characters of the HTML. Gmail cuts a message at 102 KB. */
  htmlLength: 524_288,
  /** `{{ }}` and `{% %}` together. The parser's work grows with the square of it once it is huge. */
  constructs: 5_000,
  /** Blocks inside blocks. The parser and the renderer recurse once per level. */
  nesting: 50,
  /** Elements of the HTML. The HTML parser's work grows with the square of unclosed ones. */
  elements: 20_000,
  /** Elements of rendered HTML that is converted to text, guest by guest, where no text could be derived. */
  convertedElements: 5_000,
  /** Units of work of one rendering; also the most characters it can put out. */
  work: 1_000_000,
  /** Milliseconds of one rendering: the net under what `work` does not see. */
  milliseconds: 250,
} as const;

/** Prices in units of work. */
export const PRICES = {
  /** Writing a literal or a token, beside its characters. */
  output: 1,
  /** Running a tag, and each further turn of a loop. */
  tag: 20,
  /** Calling a filter or an operator, beside what it is given. */
  call: 5,
  /** An element of a list that is given to a filter or an operator. */
  element: 5,
} as const;
