/** Far more than any password or secret has. */
const maxLength = 10_000;

/** The first line of what arrives on standard input, without its end: a person types it, or a script pipes it. */
export async function firstLine(stdin: AsyncIterable<string | Buffer>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stdin) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (text.includes('\n') || text.length > maxLength) break;
  }
  return text.split(/\r?\n/, 1)[0] ?? '';
}
