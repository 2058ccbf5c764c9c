import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** What the server says at a step; or `hangs`, `closes`, `resets`, which are not saying anything. */
export type Line = string;

type Lines = Line | Line[];

/** A dialogue, step by step; a step that is not named goes well. `content` is the first piece of the e-mail. */
export interface Script {
  greeting?: Lines;
  EHLO?: Lines;
  HELO?: Lines;
  STARTTLS?: Lines;
  AUTH?: Lines;
  MAIL?: Lines;
  RCPT?: Lines;
  DATA?: Lines;
  content?: Lines;
  dot?: Lines;
  /** From the second e-mail on the same connection on. */
  again?: Script;
}

export interface ScriptedSmtp {
  port: number;
  /** The commands that came, each line as it is. */
  readonly commands: readonly string[];
  /** E-mails that came to their end. */
  readonly complete: number;
  readonly connections: number;
  /** From the next connection on. */
  follow(script: Script): void;
  close(): Promise<void>;
}

const well: Required<Omit<Script, 'content' | 'again'>> = {
  greeting: '220 mx.example ESMTP',
  EHLO: '250-mx.example\r\n250-ENHANCEDSTATUSCODES\r\n250 8BITMIME',
  HELO: '250 mx.example',
  STARTTLS: '502 5.5.1 Not here',
  AUTH: '235 2.7.0 Welcome',
  MAIL: '250 2.1.0 Ok',
  RCPT: '250 2.1.5 Ok',
  DATA: '354 Go ahead',
  dot: '250 2.0.0 Ok: queued as 4F1A2B',
};

/** A mail server that can say everything a proper one would not. */
export async function scriptedSmtp(first: Script): Promise<ScriptedSmtp> {
  let script = first;
  let connections = 0;
  let complete = 0;
  const commands: string[] = [];
  const sockets = new Set<Socket>();

  const server = createServer((socket) => {
    const followed = script;
    let lines: Script = { ...well, ...followed };
    connections++;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    let received = '';
    let inContent = false;
    let mails = 0;
    const does = (line: Lines | undefined): void => {
      if (Array.isArray(line)) line.forEach(does);
      else if (line === 'closes') socket.end();
      else if (line === 'resets') socket.resetAndDestroy();
      else if (line !== undefined && line !== 'hangs') socket.write(`${line}\r\n`);
    };
    const take = (until: string): string | undefined => {
      const end = received.indexOf(until);
      if (end < 0) return undefined;
      const taken = received.slice(0, end);
      received = received.slice(end + until.length);
      return taken;
    };
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      for (;;) {
        if (inContent) {
          if (lines.content) {
            does(lines.content);
            // It neither reads on nor answers what comes.
            socket.pause();
            return;
          }
          if (take('\r\n.\r\n') === undefined) return;
          complete++;
          inContent = false;
          does(lines.dot);
        } else {
          const command = take('\r\n');
          if (command === undefined) return;
          commands.push(command);
          const step = command.split(/[ :]/)[0]?.toUpperCase() as Exclude<keyof Script, 'again'>;
          if (step === 'MAIL' && mails++ === 1) lines = { ...well, ...followed.again };
          const line = lines[step] ?? '250 Ok';
          inContent = command === 'DATA' && line === well.DATA;
          // So that the line of the dot is found where it is the first.
          if (inContent) received = `\r\n${received}`;
          does(line);
        }
      }
    });
    does(lines.greeting);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    commands,
    get complete() {
      return complete;
    },
    get connections() {
      return connections;
    },
    follow: (next) => void (script = next),
    async close() {
      sockets.forEach((socket) => socket.destroy());
      server.close();
      await once(server, 'close');
    },
  };
}
