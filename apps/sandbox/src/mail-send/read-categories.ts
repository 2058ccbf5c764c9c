import type { Problems } from './problems.js';

const MOST_CATEGORIES = 10;
const LONGEST_CATEGORY = 255;

/** Reads `categories`: at most 10 unique ASCII strings of at most 255 characters. A lone string counts as one. */
export function readCategories(value: unknown, problems: Problems): string[] {
  if (value === undefined || value === null) return [];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (!list.every((entry) => typeof entry === 'string')) {
    problems.add('categories', 'Categories must be an array of strings.');
    return [];
  }
  if (list.length > MOST_CATEGORIES) {
    problems.add(
      'categories',
      `There is a limit of ${MOST_CATEGORIES} categories for each email that is sent. You provided ${list.length} categories.`,
    );
    return [];
  }
  list.forEach((category, index) => checkCategory(category, list.indexOf(category) < index, problems));
  return list;
}

function checkCategory(category: string, repeated: boolean, problems: Problems): void {
  if (category.length > LONGEST_CATEGORY) {
    const shown = `${category.slice(0, 40)}…`;
    problems.add(
      'categories',
      `Each category must not be longer than ${LONGEST_CATEGORY} characters. [${shown}] exceeds this limit`,
    );
  } else if (/[^\x20-\x7e]/.test(category)) {
    problems.add('categories', 'Categories can not contain non-ASCII characters.');
  } else if (repeated) {
    problems.add(
      'categories',
      `The categories must be a unique list, and you have included [${category}] more than once.`,
    );
  }
}
