import type { Change } from '../change.js';
import type { Options, Values } from '../command-line.js';

/** What a command has done: for a person, and for a script. */
export interface Report {
  text: string;
  json: unknown;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a command does once its options are understood. */
export type Work = (change: Change, env: Environment) => Promise<Report>;

export interface Command {
  /** Its options, as the manual shows them. */
  readonly synopsis: string;
  /** What it does, in sentences. */
  readonly about: string;
  readonly options: Options;
  /** Options that hold a secret: `-` reads it from standard input, so that it stands in no shell's history. */
  readonly secrets?: readonly string[];
  /** Reads the options, before there is any database. @throws UsageError */
  readonly read: (values: Values) => Work;
}

/** Commands about the same thing: `qflow-admin NAME COMMAND`. */
export interface CommandGroup {
  readonly about: string;
  readonly commands: Readonly<Record<string, Command>>;
}
