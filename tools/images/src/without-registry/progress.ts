/** The part of the scripts' progress that is used here. */
export interface Progress {
  /** Runs one step and tells how long it took. */
  step<T>(title: string, work: (report: { title(text: string): void }) => Promise<T>): Promise<T>;
  /** Prints a line of its own. */
  note(line: string): void;
}
