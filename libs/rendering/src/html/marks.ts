/** Brackets around the number of a Liquid construct. Noncharacters: `scan-template` sees to it that no template holds any. */
export const OPEN = '\ufdd0';
const CLOSE = '\ufdd1';

export const EACH_MARK = /\ufdd0(\d+)\ufdd1/g;
const MARK_ALONE = /^\ufdd0\d+\ufdd1$/;

/** What stands for a construct while the HTML around it is read. */
export const markOf = (index: number): string => OPEN + index + CLOSE;

/** Whether a text is one mark and nothing else. */
export const isMark = (text: string): boolean => MARK_ALONE.test(text);
