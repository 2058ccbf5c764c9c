import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const corpusFolder = join(import.meta.dirname, '..', 'corpus');

/** One template of the corpus; `test/corpus/README.md` describes the files. */
export interface CorpusEntry {
  readonly theme: string;
  readonly title: string;
  readonly subject: string;
  readonly html: string;
  /** What must be refused, and nothing else; none for a template that must pass. */
  readonly refused: readonly { readonly url: string; readonly reason: string }[];
}

export function readCorpus(): CorpusEntry[] {
  const files = readdirSync(corpusFolder).filter((name) => name.endsWith('.txt'));
  return files.flatMap((name) => {
    const blocks = readFileSync(join(corpusFolder, name), 'utf8').split(/^### /m);
    return blocks.slice(1).map((block) => readBlock(name.replace(/\.txt$/, ''), block));
  });
}

function readBlock(theme: string, block: string): CorpusEntry {
  const [title = '', ...lines] = block.trimEnd().split('\n');
  const begin = lines.findIndex((line) => !/^[!@] ?/.test(line));
  const head = lines.slice(0, begin);
  const subject =
    head.find((line) => line.startsWith('@subject '))?.slice('@subject '.length) ?? 'Your ticket';
  const refused = head.filter((line) => line.startsWith('! ')).map((line) => readRefusal(line.slice(2)));
  return { theme, title, subject, html: lines.slice(begin).join('\n'), refused };
}

function readRefusal(line: string): CorpusEntry['refused'][number] {
  const [url = '', reason = ''] = line.split(' :: ');
  return { url: url.startsWith('"') ? (JSON.parse(url) as string) : url, reason };
}
