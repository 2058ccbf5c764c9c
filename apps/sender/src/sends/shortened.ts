/** The beginning of a text; no character is cut in half. */
export const shortened = (text: string, length: number): string =>
  text.length <= length ? text : text.slice(0, length).replace(/\p{Cs}$/u, '');
