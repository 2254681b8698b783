// Small charts of the meters' series.

import { h, number, show, svg } from './dom.js';
import { CHARTS } from './meters.js';

const WIDTH = 300;
// Two minutes, until there is more to show.
const LEAST = 60;
const HEIGHT = 64;

/** A figure per chart, drawn anew with every sample until the element is gone. */
export function charts(meters) {
  const missing = h('p', { class: 'missing' });
  const figures = CHARTS.map((chart) => ({ chart, figure: h('figure', { class: 'chart', 'data-chart': chart.id }) }));
  const element = h('div', { class: 'charts' }, figures.map(({ figure }) => figure), missing);
  const draw = () => {
    for (const { chart, figure } of figures) show(figure, picture(chart, meters.series.get(chart.id)));
    missing.hidden = !meters.missing;
    missing.textContent = meters.missing;
  };
  const follow = () => (element.isConnected ? draw() : meters.removeEventListener('sample', follow));
  meters.addEventListener('sample', follow);
  draw();
  return element;
}

function picture(chart, values) {
  const known = values.filter((value) => value !== null);
  const last = known.at(-1);
  const written = last === undefined ? '–' : number(last, chart.digits);
  const highest = Math.max(...known, chart.unit === '%' ? 100 : 1);
  const said =
    last === undefined
      ? `${chart.name}: nothing yet`
      : `${chart.name}: last ${written} ${chart.unit}, from ${number(Math.min(...known), chart.digits)} to ${number(Math.max(...known), chart.digits)}`;
  return [
    h('figcaption', {}, h('span', { class: 'name' }, chart.name), h('span', { class: 'value' }, written, last !== undefined && h('small', {}, ` ${chart.unit}`))),
    svg(
      'svg',
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': said, preserveAspectRatio: 'none' },
      svg('line', { class: 'base', x1: 0, x2: WIDTH, y1: HEIGHT - 1, y2: HEIGHT - 1 }),
      line(values, highest),
    ),
  ];
}

/** The newest value at the right; through intervals without one the last value holds. */
function line(values, highest) {
  const shown = Math.max(values.length, LEAST);
  const step = WIDTH / (shown - 1);
  const x = (i) => ((shown - values.length + i) * step).toFixed(1);
  const first = values.findIndex((value) => value !== null);
  if (first < 0) return null;
  let path = '';
  values.forEach((value, i) => {
    if (value === null) return;
    const next = (HEIGHT - 3 - (value / highest) * (HEIGHT - 8)).toFixed(1);
    path += path ? `H${x(i)}V${next}` : `M${x(i)} ${next}`;
  });
  path += `H${values.length === 1 ? WIDTH - 1 : WIDTH}`;
  return [
    svg('path', { class: 'area', d: `${path}V${HEIGHT}H${x(first)}Z` }),
    svg('path', { class: 'line', d: path }),
  ];
}
