/** A mail server and how to talk to it. */
export interface SmtpServer {
  host: string;
  port: number;
  /** TLS from the first byte (`smtps:`); otherwise STARTTLS where the server offers it. */
  secure: boolean;
  /** Nothing is said to a server that does not offer STARTTLS. */
  requireTLS: boolean;
  auth?: { user: string; pass: string };
  /** What we call ourselves in EHLO; the host's name where absent. */
  name?: string;
  tls: { rejectUnauthorized: boolean; servername?: string };
}

const parameters = ['requireTLS', 'name', 'tls.servername', 'tls.rejectUnauthorized'] as const;
type Parameter = (typeof parameters)[number];

/**
 * Reads `smtp://user:pass@host:port?requireTLS=true` or `smtps://…`. User and password are percent-encoded.
 *
 * | parameter                      | meaning                                                                          |
 * | ------------------------------ | -------------------------------------------------------------------------------- |
 * | `requireTLS=true` or `false`   | whether `smtp:` insists on STARTTLS; by default it does where there is a password |
 * | `name=mail.example.com`        | what we call ourselves in EHLO                                                   |
 * | `tls.servername=…`             | the name that the server's certificate is for, where it is not the host's        |
 * | `tls.rejectUnauthorized=false` | takes any certificate: encrypted, but to anybody                                 |
 *
 * nodemailer would take every option of its own out of a URL, and leave out silently what it does not know.
 * @throws Error that says what is wrong and shows nothing of the URL, which holds a password
 */
export function smtpServer(text: string): SmtpServer {
  if (!URL.canParse(text)) throw new Error('it is not a URL');
  const url = new URL(text);
  if (url.protocol !== 'smtp:' && url.protocol !== 'smtps:')
    throw new Error('it must begin with smtp:// or smtps://');
  const host = decoded(url.hostname, 'the host').replace(/^\[(.*)\]$/, '$1');
  if (host === '') throw new Error('it names no host');
  if (!['', '/'].includes(url.pathname) || url.hash !== '')
    throw new Error(
      'nothing but parameters may follow the host; # and / in user or password are %23 and %2F',
    );
  const secure = url.protocol === 'smtps:';
  const auth = credentials(url);
  const read = readParameters(url.searchParams);
  const name = read('name');
  const servername = read('tls.servername');
  return {
    host,
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    requireTLS: flag('requireTLS', read('requireTLS')) ?? (!secure && auth !== undefined),
    ...(auth && { auth }),
    ...(name && { name }),
    tls: {
      rejectUnauthorized: flag('tls.rejectUnauthorized', read('tls.rejectUnauthorized')) ?? true,
      ...(servername && { servername }),
    },
  };
}

function readParameters(given: URLSearchParams): (parameter: Parameter) => string | undefined {
  for (const key of given.keys()) {
    if (!parameters.some((known) => known === key))
      throw new Error(`it has the parameter ${JSON.stringify(key)}; known are ${parameters.join(', ')}`);
    if (given.getAll(key).length > 1) throw new Error(`it has the parameter ${key} twice`);
  }
  return (parameter) => given.get(parameter) ?? undefined;
}

function flag(parameter: Parameter, value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (value !== 'true' && value !== 'false')
    throw new Error(`its parameter ${parameter} must be true or false`);
  return value === 'true';
}

function credentials({ username, password }: URL): SmtpServer['auth'] {
  if (username === '' && password === '') return undefined;
  if (username === '' || password === '')
    throw new Error('it must have both a user and a password, or neither');
  return { user: decoded(username, 'the user'), pass: decoded(password, 'the password') };
}

function decoded(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error(`${what} is not percent-encoded as it should be`);
  }
}
