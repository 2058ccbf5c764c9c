import type { Page } from 'playwright-core';

/** How a page looks to someone with a phone and imperfect eyes. */
export interface PageAudit {
  /** By how much it is wider than the screen, CSS pixels. */
  overflow: number;
  /** Height and width of what can be tapped, CSS pixels. */
  targets: { width: number; height: number }[];
  /** Lowest contrast of any text to what is behind it (WCAG 2.2, 1.4.3). */
  contrast: number;
}

/** Runs in the page. Colours without transparency only, which is all that our pages use. */
const audit = `(() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = channels(colour).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const isClear = (colour) => channels(colour)[3] === 0;
  const behind = (element) => {
    const colour = getComputedStyle(element).backgroundColor;
    return isClear(colour) && element.parentElement ? behind(element.parentElement) : colour;
  };
  const contrast = (element) => {
    const [dark, light] = [luminance(getComputedStyle(element).color), luminance(behind(element))].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const root = document.documentElement;
  return {
    overflow: root.scrollWidth - root.clientWidth,
    targets: [...document.querySelectorAll('a, button')].map((one) => {
      const { width, height } = one.getBoundingClientRect();
      return { width, height };
    }),
    contrast: Math.min(...[...document.body.querySelectorAll('*')].filter(hasText).map(contrast)),
  };
})()`;

export const auditOf = (page: Page): Promise<PageAudit> => page.evaluate<PageAudit>(audit);
