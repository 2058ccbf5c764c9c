const LONGEST_VALUE = 56;

/**
 * A JSON object as lines that fit on a screen: broken between members, with long texts shortened.
 * @param {Record<string, unknown>} body
 * @param {number} width
 * @returns {string[]}
 */
export function wrapJson(body, width) {
  const members = Object.entries(body).map(
    ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value, shorten)}`,
  );
  const lines = [];
  let line = '{ ';
  members.forEach((member, index) => {
    const text = index === members.length - 1 ? `${member} }` : `${member}, `;
    if (line.trim() !== '{' && line.length + text.length > width) {
      lines.push(line.trimEnd());
      line = '  ';
    }
    line += text;
  });
  return [...lines, line];
}

/**
 * Shows whose a secret is without giving it away: not even a demo should teach people to log theirs.
 * @param {string} [secret]
 */
export const mask = (secret = '') => `${secret.slice(0, 4)}…${secret.slice(-4)}`;

function shorten(_name, value) {
  if (typeof value !== 'string') return value;
  const text = value.replace(/\s+/g, ' ');
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text;
}
