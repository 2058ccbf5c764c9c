import type { Problem } from '../problem.js';

/** A section of a page of Markdown. */
interface Section {
  title: string;
  level: number;
  text: string;
}

/**
 * The alerts without a section of their own in the page's part `## Alerts`, and the sections without an alert. The heading is
 * the alert's name, and so its anchor on GitHub is that name in small letters.
 */
export function runbookProblems(page: string, alerts: readonly string[]): Problem[] {
  const sections = alertSections(page);
  const titles = sections.map(({ title }) => title);
  return [
    ...alerts.filter((alert) => !titles.includes(alert)).map((alert) => `${alert} has no section`),
    ...titles.filter((title) => !alerts.includes(title)).map((title) => `there is no alert ${title}`),
    ...titles
      .filter((title, index) => titles.indexOf(title) !== index)
      .map((title) => `${title} is there twice`),
    ...sections.flatMap(sectionProblems),
  ];
}

const parts = ['**Means**', '**Look**', '**Do**'];

const sectionProblems = ({ title, text }: Section): Problem[] =>
  parts.filter((part) => !text.includes(part)).map((part) => `${title} has no part ${part}`);

/** Headings of the third level between `## Alerts` and the next one of the second. */
function alertSections(page: string): Section[] {
  const all = sectionsOf(page);
  const start = all.findIndex(({ level, title }) => level === 2 && title === 'Alerts');
  if (start < 0) return [];
  const after = all.findIndex(({ level }, index) => index > start && level <= 2);
  return all.slice(start + 1, after < 0 ? undefined : after).filter(({ level }) => level === 3);
}

function sectionsOf(page: string): Section[] {
  const sections: Section[] = [];
  let inCode = false;
  for (const line of page.split('\n')) {
    if (line.startsWith('```')) inCode = !inCode;
    const [, marks, title] = inCode ? [] : (/^(#+) (.+)$/.exec(line) ?? []);
    if (marks !== undefined && title !== undefined) sections.push({ level: marks.length, title, text: '' });
    else {
      const last = sections.at(-1);
      if (last) last.text += `${line}\n`;
    }
  }
  return sections;
}
