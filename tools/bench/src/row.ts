import type { ServiceName } from '@qflow/local-stack';
import type { BenchStack } from './stack/bench-stack.js';

/** A number that the caller of a row may choose. */
export interface RowOption {
  /** What it is, with its unit. */
  readonly doc: string;
  readonly default: number;
  /** 0 where left out. */
  readonly min?: number;
}

export type RowOptions = Readonly<Record<string, RowOption>>;

/** The numbers chosen, by name of the option. */
export type Chosen<Options extends RowOptions> = Readonly<Record<keyof Options, number>>;

/** What a row came to. */
export interface RowResult {
  /** The row's one number, in `unit`. */
  readonly figure: number;
  readonly unit: string;
  /** What it is held against, measured in the same run. */
  readonly floor?: number;
  /** figure ÷ floor */
  readonly ratio?: number;
  /** What must be reached, in words. */
  readonly target: string;
  /** Whether it was. */
  readonly met: boolean;
  /** Deliveries that should have arrived and did not. More than none fails the run. */
  readonly lost: number;
  /** Deliveries that arrived more than once. */
  readonly duplicated: number;
  /** What arrived and was not right: bad signature, other body under the same id. More than none fails the run. */
  readonly wrong?: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** What else a reader has to know, a sentence each. */
  readonly notes: readonly string[];
  /** Shown below the table. */
  readonly details?: Table;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Tells the person in front of the terminal what goes on. */
export interface Report {
  /** What the row is at right now. */
  readonly detail: (text: string) => void;
  /** Something worth a line of its own. */
  readonly note: (line: string) => void;
}

/** Settings of the services for one row, beyond those of every row. */
export type Settings = Readonly<Partial<Record<ServiceName, Readonly<Record<string, string>>>>>;

/** One claim of the platform, and how it is measured. Each has a fresh stack to itself. */
export interface Row<Options extends RowOptions = RowOptions> {
  readonly name: string;
  /** What it proves, in a sentence. */
  readonly summary: string;
  readonly options: Options;
  settings?(chosen: Chosen<Options>): Settings;
  run(stack: BenchStack, chosen: Chosen<Options>, report: Report): Promise<RowResult>;
}

/** Ties the types of a row's options to those of its `run`. */
export const defineRow = <const Options extends RowOptions>(row: Row<Options>): Row => row;
