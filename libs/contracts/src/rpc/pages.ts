/** Which part of a list is wanted. */
export interface PageRequest {
  /** `next` of the page before; null for the first page. Opaque to whoever asks. */
  after: string | null;
  /** Entries at the most. */
  limit: number;
}

/** A part of a list. */
export interface Page<T> {
  items: T[];
  /** The `after` of the next page; null where this is the last one. */
  next: string | null;
}
