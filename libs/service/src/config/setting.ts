/** One environment variable: how to read it, what it means, what it is when it is not set. */
export interface Setting<T> {
  /** @throws Error whose message is not shown: {@link Setting.expects} says what was wanted */
  readonly read: (raw: string) => T;
  /** Completes "expected …". */
  readonly expects: string;
  readonly doc: string;
  /** Its value never appears in a message or a log. */
  readonly secret: boolean;
  readonly default: T | undefined;
  readonly optional: boolean;
}

interface Common<T> {
  doc: string;
  default?: T;
  secret?: boolean;
}

const make = <T>(expects: string, read: (raw: string) => T, options: Common<T>): Setting<T> => ({
  read,
  expects,
  doc: options.doc,
  secret: options.secret ?? false,
  default: options.default,
  optional: false,
});

const refuse = (): never => {
  throw new Error('refused');
};

const readInteger = (raw: string, min: number, max: number): number => {
  const value = /^-?\d+$/.test(raw) ? Number(raw) : NaN;
  return value >= min && value <= max ? value : refuse();
};

const readNumber = (raw: string, min: number, max: number): number => {
  const value = /^-?\d+(\.\d+)?$/.test(raw) ? Number(raw) : NaN;
  return value >= min && value <= max ? value : refuse();
};

/** The kinds of settings there are. */
export const setting = {
  string: (options: Common<string>) => make('a text that is not empty', (raw) => raw || refuse(), options),

  integer: ({ min, max, ...options }: Common<number> & { min: number; max: number }) =>
    make(`a whole number from ${min} to ${max}`, (raw) => readInteger(raw, min, max), options),

  number: ({ min, max, ...options }: Common<number> & { min: number; max: number }) =>
    make(`a number from ${min} to ${max}`, (raw) => readNumber(raw, min, max), options),

  port: (options: Common<number>) =>
    make('a TCP port from 0 to 65535', (raw) => readInteger(raw, 0, 65_535), options),

  boolean: (options: Common<boolean>) =>
    make('true or false', (raw) => (raw === 'true' ? true : raw === 'false' ? false : refuse()), options),

  oneOf: <const T extends string>(values: readonly T[], options: Common<T>) =>
    make(`one of ${values.join(', ')}`, (raw) => values.find((value) => value === raw) ?? refuse(), options),

  /** @param protocols with their colon, such as `https:` */
  url: ({ protocols, ...options }: Common<string> & { protocols: readonly string[] }) =>
    make(
      `a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
      (raw) =>
        protocols.includes(new URL(raw.split(',')[0] ?? '').protocol) ? raw.replace(/\/+$/, '') : refuse(),
      options,
    ),

  /** Comma separated; empty entries are dropped. */
  list: (options: Common<string[]>) =>
    make(
      'a comma-separated list',
      (raw) =>
        raw
          .split(',')
          .map((entry) => entry.trim())
          .filter(Boolean),
      options,
    ),

  /** Anything with its own reader, such as a key ring. Where `read` throws, its message is not shown. */
  custom: <T>({ expects, read, ...options }: Common<T> & { expects: string; read: (raw: string) => T }) =>
    make(expects, read, options),

  /** The same setting, absent as `undefined` instead of an error. */
  optional: <T>(inner: Setting<T>): Setting<T | undefined> => ({ ...inner, optional: true }),
};
