/** A moment of a run and what was measured there; NaN where there was nothing to measure. */
export type Point = readonly [seconds: number, value: number];

export interface Line {
  readonly name: string;
  /** In the order of time. */
  readonly points: readonly Point[];
}

/** Something over time. */
export interface Chart {
  readonly title: string;
  /** Of the values. */
  readonly unit: string;
  /** `log` for what spans magnitudes; zero and less are not drawn then. */
  readonly scale?: 'linear' | 'log';
  readonly lines: readonly Line[];
  /** What must be reached, or must not be exceeded: a line across. */
  readonly limit?: { readonly name: string; readonly value: number };
}
