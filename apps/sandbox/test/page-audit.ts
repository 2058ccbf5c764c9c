import type { Page } from 'playwright-core';

/** How a page looks to someone with a small or a large screen, and how it sounds to someone without. */
export interface PageAudit {
  /** By how much it is wider than the screen, CSS pixels. */
  overflow: number;
  /** Lowest contrast of any text to what is behind it (WCAG 2.2, 1.4.3). */
  contrast: number;
  /** Fields, buttons, links and frames without a name, as HTML. */
  nameless: string[];
  /** How far things moved by themselves while the page loaded (Cumulative Layout Shift). */
  shift: number;
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
  const isShown = (element) => element.checkVisibility() && !element.closest('.off');
  const nameOf = (element) => element.getAttribute('aria-label') || element.title || element.innerText || element.labels?.[0]?.innerText;
  const named = [...document.querySelectorAll('a, button, input:not([type=hidden]), select, iframe, nav, form[role]')];
  const root = document.documentElement;
  return new Promise((resolve) => {
    let shift = 0;
    const observer = new PerformanceObserver(() => {});
    observer.observe({ type: 'layout-shift', buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => {
      for (const entry of observer.takeRecords()) shift += entry.hadRecentInput ? 0 : entry.value;
      resolve({
        overflow: root.scrollWidth - root.clientWidth,
        contrast: Math.min(...[...document.body.querySelectorAll('*')].filter(hasText).filter(isShown).map(contrast)),
        nameless: named.filter((element) => !nameOf(element)?.trim()).map((element) => element.outerHTML),
        shift,
      });
    }));
  });
})()`;

export const auditOf = (page: Page): Promise<PageAudit> => page.evaluate<PageAudit>(audit);
