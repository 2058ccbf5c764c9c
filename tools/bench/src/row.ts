import type { ServiceName } from '@qflow/local-stack';
import type { Chart } from './charts/chart.js';
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
  /** CPU seconds per 1,000 of what the row counts, by process; `all` is their sum. See `costOf`. */
  readonly cpuSecondsPer1000?: Readonly<Record<string, number>>;
  /** Resident memory at the most while it was measured, MiB, by process. See `costOf`. */
  readonly rssMiB?: Readonly<Record<string, number>>;
  /** What else a reader has to know, a sentence each. */
  readonly notes: readonly string[];
  /** Shown below the table. */
  readonly details?: Table;
  /** How it went over time; become one SVG, below each other. See `overTime`. */
  readonly charts?: readonly Chart[];
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

interface AnyRow<Options extends RowOptions> {
  readonly name: string;
  /** What it proves, in a sentence. */
  readonly summary: string;
  readonly options: Options;
}

/** One claim of the platform, and how it is measured. Each has a fresh stack to itself. */
export interface StackRow<Options extends RowOptions = RowOptions> extends AnyRow<Options> {
  settings?(chosen: Chosen<Options>): Settings;
  run(stack: BenchStack, chosen: Chosen<Options>, report: Report): Promise<RowResult>;
}

/** Where a row works that brings its own stack. */
export interface Place {
  /** A folder of its own, empty; it is gone afterwards. */
  readonly dataDir: string;
  /** Another checkout whose services are to run; this one where undefined. */
  readonly root: string | undefined;
  /** Fires when somebody wants the run to end. */
  readonly signal: AbortSignal;
}

/** A claim about the stack itself, such as how long it takes to start: nobody starts one for it. */
export interface LoneRow<Options extends RowOptions = RowOptions> extends AnyRow<Options> {
  runAlone(place: Place, chosen: Chosen<Options>, report: Report): Promise<RowResult>;
}

export type Row = StackRow | LoneRow;

/** Ties the types of a row's options to those of its `run`. */
export const defineRow = <const Options extends RowOptions>(row: StackRow<Options>): StackRow => row;

/** The same for a row that brings its own stack. */
export const defineLoneRow = <const Options extends RowOptions>(row: LoneRow<Options>): LoneRow => row;
