/** Hyphens that could be part of `--` with what stands beside the value. */
const RISKY_HYPHENS = /^-|-$|-(?=-)/g;

/**
 * What is already escaped, for a place inside a comment: `<!--[if mso]> … <![endif]-->` is HTML to Outlook, where an
 * entity is a hyphen, and must stay a comment to everybody else, whatever a guest is called.
 */
export const guardComment = (escaped: string): string => escaped.replace(RISKY_HYPHENS, '&#45;');

/** The same for CSS and scripts, which know no entities. */
export const guardCode = (code: string): string => code.replace(RISKY_HYPHENS, '');
