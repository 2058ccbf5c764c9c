/** How many HTML tags a text can hold at most: the HTML parser's time for them is not linear. */
export function countElements(html: string): number {
  let count = 0;
  for (let i = html.indexOf('<'); i !== -1; i = html.indexOf('<', i + 1)) count++;
  return count;
}
