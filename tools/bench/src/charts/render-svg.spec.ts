import { describe, expect, it } from '@jest/globals';
import type { Chart } from './chart.js';
import { renderSvg } from './render-svg.js';

const throughput: Chart = {
  title: 'throughput',
  unit: 'sends/s',
  lines: [
    {
      name: 'accepted',
      points: [
        [0, 0],
        [1, 500],
        [2, 1_000],
      ],
    },
    {
      name: 'told',
      points: [
        [0, 100],
        [1, NaN],
        [2, 900],
      ],
    },
  ],
};

const paths = (svg: string): string[] => [...svg.matchAll(/ d="([^"]*)"/g)].map(([, d]) => d as string);
const texts = (svg: string): string[] =>
  [...svg.matchAll(/>([^<>]+)<\/text>/g)].map(([, words]) => words as string);

describe('renderSvg', () => {
  it('draws values to scale: 0 at the bottom, the last tick at the top, time from left to right', () => {
    const [line] = paths(renderSvg('pipeline', [throughput]));
    expect(line).toBe('M64 240L454 148L844 56');
  });

  it('interrupts a line where there is no value', () => {
    expect(paths(renderSvg('pipeline', [throughput]))[1]).toBe('M64 221.6M844 74.4');
  });

  it('says what it shows: title, unit, legend, values and seconds', () => {
    const limit = { name: 'target', value: 950 };
    const shown = texts(renderSvg('pipeline', [{ ...throughput, limit }]));
    expect(shown).toEqual([
      'pipeline: throughput, sends/s',
      ...['0', '200', '400', '600', '800', '1,000'],
      ...['0', '1', '2', 'seconds'],
      ...['accepted', 'told', 'target'],
    ]);
  });

  it('shows magnitudes evenly where asked to, and nothing of zero', () => {
    const latency: Chart = {
      ...{ title: 'latency', unit: 'ms', scale: 'log' },
      lines: [
        {
          name: 'p99',
          points: [
            [0, 1],
            [1, 10],
            [2, 100],
            [3, 0],
          ],
        },
      ],
    };
    expect(paths(renderSvg('pipeline', [latency]))).toEqual(['M64 240L324 148L584 56']);
  });

  it('has charts below each other over the same time', () => {
    const short: Chart = {
      ...throughput,
      lines: [
        {
          name: 'x',
          points: [
            [0, 1],
            [1, 1],
          ],
        },
      ],
    };
    const svg = renderSvg('pipeline', [throughput, short]);
    expect(svg).toContain('viewBox="0 0 860 560"');
    expect(paths(svg)[2]).toMatch(/^M64 .*L454 /);
  });

  it('takes any words, and no points', () => {
    const svg = renderSvg('a & b', [{ title: '<i>', unit: '"', lines: [{ name: 'x', points: [] }] }]);
    expect(texts(svg)[0]).toBe('a &amp; b: &lt;i&gt;, &quot;');
    expect(paths(svg)).toEqual(['']);
  });
});
