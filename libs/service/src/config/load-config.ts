import type { Setting } from './setting.js';

export type ConfigShape = Record<string, Setting<unknown>>;

/** The values of a shape, by variable name. */
export type ConfigOf<Shape extends ConfigShape> = {
  readonly [Name in keyof Shape]: Shape[Name] extends Setting<infer T> ? T : never;
};

/** One line per wrong variable: its name, what it got, what it expects and what it is for. */
export class ConfigError extends Error {
  constructor(readonly problems: string[]) {
    super(`The configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Reads the environment once, at boot. An empty variable counts as not set, which is how compose files and shells
 * write "none".
 * @throws ConfigError naming every variable that is missing or wrong, not just the first
 */
export function loadConfig<Shape extends ConfigShape>(
  shape: Shape,
  env: Readonly<Record<string, string | undefined>> = process.env,
): ConfigOf<Shape> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(shape)) {
    const raw = env[name]?.trim();
    if (raw) values[name] = readOne(name, setting, raw, problems);
    else if (setting.default !== undefined || setting.optional) values[name] = setting.default;
    else problems.push(`${name} is missing, expected ${setting.expects}. ${setting.doc}`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return values as ConfigOf<Shape>;
}

function readOne(name: string, setting: Setting<unknown>, raw: string, problems: string[]): unknown {
  try {
    return setting.read(raw);
  } catch {
    const got = setting.secret ? `a value of ${raw.length} characters (not shown)` : JSON.stringify(raw);
    problems.push(`${name} is ${got}, expected ${setting.expects}. ${setting.doc}`);
    return undefined;
  }
}
