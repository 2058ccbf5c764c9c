import { describe, expect, it } from '@jest/globals';
import { convertRendered } from '../src/text/convert-html.js';
import { renderTemplate } from '../src/template/render-template.js';
import { randomTemplate } from './random-template.js';
import { compiled, mergeData } from './render.js';

/** What has to agree: not the layout, not the brackets of links whose text is empty, not addresses of pictures. */
const words = (text: string): string =>
  text
    .replaceAll('[https://example.com/x.png]', '')
    .replaceAll(' * ', '')
    .replace(/[\s[\]]+/g, '');

describe('a derived text template', () => {
  it('says what converting the rendered HTML would say', () => {
    const guests = [mergeData(), mergeData({ guest: { plusOnes: 0, firstName: '', tags: '' } })];
    let derived = 0;
    for (let seed = 1; seed <= 400; seed++) {
      const html = randomTemplate(seed);
      const template = compiled(html);
      if (template.text) derived++;
      for (const guest of guests) {
        const rendered = renderTemplate(template, guest);
        expect({ html, text: words(rendered.text) }).toEqual({
          html,
          text: words(convertRendered(rendered.html)),
        });
      }
    }
    // Most of these templates are far stranger than real ones; a good part can be derived all the same.
    expect(derived).toBeGreaterThan(100);
  });
});
