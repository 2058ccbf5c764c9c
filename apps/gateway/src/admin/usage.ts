import type { CommandGroup } from './commands/command.js';

const width = 110;

const states = `STATE is unverified, pending or verified. Sending needs the Comms API enabled and trust verified, each of the
user's own or of the enterprise. Rights and limits take effect within five seconds.
`;

const epilogue = `Every command takes --json, which prints one line for scripts. The database is the one of DATABASE_URL.
`;

/** Everything there is, one line per command. */
export function manual(groups: Readonly<Record<string, CommandGroup>>): string {
  const sections = Object.entries(groups).map(([name, { about, commands }]) =>
    [
      `${about}:`,
      ...Object.entries(commands).map(([command, { synopsis }]) => synopsisOf(name, command, synopsis)),
    ].join('\n'),
  );
  const more = `qflow-admin ${Object.keys(groups)[0]} --help says more about one group, and so for the others.`;
  return `qflow-admin: what operators of the gateway may do\n\n${sections.join('\n\n')}\n\n${states}${epilogue}${more}\n`;
}

/** One group, with what each command does. */
export function manualOf(name: string, { about, commands }: CommandGroup): string {
  const entries = Object.entries(commands).map(
    ([command, { synopsis, about: what }]) =>
      `${synopsisOf(name, command, synopsis)}\n${wrapped(what, '      ')}`,
  );
  const hasStates = Object.values(commands).some(({ synopsis }) => synopsis.includes('STATE'));
  return `${about}:\n\n${entries.join('\n\n')}\n\n${hasStates ? states : ''}${epilogue}`;
}

const synopsisOf = (group: string, command: string, synopsis: string): string =>
  `  qflow-admin ${group} ${command} ${synopsis}`.trimEnd();

function wrapped(text: string, indent: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string;
    if (line !== '' && indent.length + line.length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map((line) => `${indent}${line}`).join('\n');
}
