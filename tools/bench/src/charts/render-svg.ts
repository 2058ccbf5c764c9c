import { figure } from '../cli/render-table.js';
import type { Chart, Line } from './chart.js';
import { timeScale, valueScale, type Scale } from './scale.js';

const [width, height] = [860, 280];
const plot = { left: 64, right: width - 16, top: 56, bottom: height - 40 };
const [plotWidth, plotHeight] = [plot.right - plot.left, plot.bottom - plot.top];

/** Told apart also by those who do not see every colour, on white and on black; a fifth line begins anew. */
const colours = [
  ['#0b62c4', '#6cb2ff'],
  ['#c2570c', '#ffa657'],
  ['#0f7b6c', '#4fd1b5'],
  ['#8b3fb5', '#d2a8ff'],
] as const;

const rules = (scheme: 0 | 1, [ink, faint, paper]: readonly string[]): string =>
  [
    `svg{background:${paper}}text{fill:${ink}}.grid{stroke:${faint}}.axis,.limit{stroke:${ink}}`,
    ...colours.map((pair, index) => `.l${index}{stroke:${pair[scheme]}}`),
  ].join('');

const style = [
  "text{font:12px system-ui,'Segoe UI',Helvetica,Arial,sans-serif}.title{font-size:14px;font-weight:600}",
  'path,line{fill:none}.grid,.axis{stroke-width:1}.line{stroke-width:1.75;stroke-linejoin:round}',
  '.limit{stroke-dasharray:5 4;stroke-width:1}',
  rules(0, ['#1c2128', '#dde2e8', '#ffffff']),
  `@media(prefers-color-scheme:dark){${rules(1, ['#e6edf3', '#30363d', '#0d1117'])}}`,
].join('');

/** The charts of one row below each other, over the same time, as an SVG that suits light and dark. */
export function renderSvg(name: string, charts: readonly Chart[]): string {
  const all = charts.length * height;
  const time = timeScale(charts);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${all}" viewBox="0 0 ${width} ${all}" role="img" aria-label="${escape(name)}">`,
    `<style>${style}</style>`,
    ...charts.map((chart, index) => panel(`${name}: ${chart.title}`, chart, time, index * height)),
    '</svg>\n',
  ].join('\n');
}

function panel(title: string, chart: Chart, time: Scale, top: number): string {
  const values = valueScale(chart);
  const x = (seconds: number): number => round(plot.left + (time.at(seconds) ?? 0) * plotWidth);
  const y = (place: number): number => round(plot.bottom - place * plotHeight);
  const limitAt = chart.limit && values.at(chart.limit.value);
  return [
    `<g transform="translate(0 ${top})">`,
    text(plot.left, 22, `${title}, ${chart.unit}`, 'start', 'title'),
    ...values.ticks.flatMap((tick) => {
      const at = y(values.at(tick) ?? 0);
      return [rule('grid', plot.left, at, plot.right, at), text(plot.left - 8, at + 4, figure(tick), 'end')];
    }),
    rule('axis', plot.left, plot.bottom, plot.right, plot.bottom),
    ...time.ticks.flatMap((tick) => [
      rule('axis', x(tick), plot.bottom, x(tick), plot.bottom + 4),
      text(x(tick), plot.bottom + 18, figure(tick), 'middle'),
    ]),
    text(plot.right, height - 6, 'seconds', 'end'),
    ...(limitAt === undefined ? [] : [rule('limit', plot.left, y(limitAt), plot.right, y(limitAt))]),
    ...chart.lines.map(
      (line, index) => `<path class="line l${index % colours.length}" d="${path(line, values, x, y)}"/>`,
    ),
    legend(chart),
    '</g>',
  ].join('\n');
}

/** Where there is no value the line is interrupted. */
function path({ points }: Line, values: Scale, x: (at: number) => number, y: (at: number) => number): string {
  let pen = 'M';
  return points
    .map(([seconds, value]) => {
      const place = values.at(value);
      if (place === undefined) {
        pen = 'M';
        return '';
      }
      const step = `${pen}${x(seconds)} ${y(place)}`;
      pen = 'L';
      return step;
    })
    .join('');
}

const [swatch, perLetter, gap] = [18, 6.6, 24];

function legend({ lines, limit }: Chart): string {
  const entries = [
    ...lines.map(({ name }, index) => ({ name, style: `line l${index % colours.length}` })),
    ...(limit ? [{ name: limit.name, style: 'limit' }] : []),
  ];
  let left = plot.left;
  return entries
    .flatMap(({ name, style: kind }) => {
      const at = left;
      left += swatch + 6 + name.length * perLetter + gap;
      return [rule(kind, at, 38, at + swatch, 38), text(round(at + swatch + 6), 42, name, 'start')];
    })
    .join('\n');
}

const rule = (kind: string, x1: number, y1: number, x2: number, y2: number): string =>
  `<line class="${kind}" x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"/>`;

const text = (x: number, y: number, content: string, anchor: string, kind?: string): string =>
  `<text${kind ? ` class="${kind}"` : ''} x="${x}" y="${y}" text-anchor="${anchor}">${escape(content)}</text>`;

const escape = (content: string): string =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const round = (value: number): number => Math.round(value * 10) / 10;
