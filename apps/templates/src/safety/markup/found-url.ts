/** Where a URL stands: what it may do depends on it. */
export type Place =
  /** Something to click on. */
  | 'link'
  /** A picture. */
  | 'image'
  /** What other URLs are relative to. */
  | 'base'
  /** `<meta http-equiv="refresh">`: goes there without a click. */
  | 'refresh'
  /** Text that mail programs turn into a link. */
  | 'text'
  /** Anything else that is loaded or sent to: frames, forms, scripts, style sheets. */
  | 'other';

/** A URL of a template, decoded, with marks of unknowns where tokens stand. */
export interface FoundUrl {
  readonly url: string;
  readonly place: Place;
  /** Hosts that the text of a link shows. */
  readonly shows: readonly string[];
}

/** Something by which the template keeps its URLs from being found, to be answered like an unsafe URL. */
export interface Obstacle {
  /** What stands there, as it stands there. */
  readonly source: string;
  readonly reason: string;
}
