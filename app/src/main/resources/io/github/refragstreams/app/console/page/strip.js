// How the passages of an answer were read: a row of chunks each.

import { count, h, number, percent, show } from './dom.js';

/** What is known of every chunk of an answer, by passage. */
export function chunksOf(answer) {
  const titles = new Map(answer.passages.map((passage) => [passage.passage_id, passage]));
  const ranks = rank(answer.reading);
  return answer.reading.map((reading, p) => {
    const passage = titles.get(reading.passage_id) ?? { passage_id: reading.passage_id, title: null, text: '' };
    const raw = new Set(reading.raw);
    const cited = new Set();
    for (const citation of answer.citations) {
      if (citation.passage_id === reading.passage_id) {
        for (let c = citation.first_chunk; c <= citation.last_chunk; c++) cited.add(c);
      }
    }
    return {
      passage,
      cached: reading.cached,
      chunks: reading.chunk_ends.map((end, c) => ({
        start: c === 0 ? 0 : reading.chunk_ends[c - 1],
        end,
        raw: raw.has(c),
        cited: cited.has(c),
        leftOut: reading.others_left_out && !raw.has(c),
        cached: reading.cached,
        score: reading.scores[c] ?? null,
        rank: ranks[p][c],
      })),
    };
  });
}

/** Places of the chunks by score, from 1; the earlier one first where scores are equal. */
function rank(readings) {
  const ranks = readings.map(() => []);
  readings
    .flatMap((reading, p) => reading.scores.map((score, c) => ({ score, p, c })))
    .sort((a, b) => b.score - a.score)
    .forEach(({ p, c }, place) => {
      ranks[p][c] = place + 1;
    });
  return ranks;
}

/** Why a chunk was read as it was, in a sentence. */
export function why(chunk, stats, total) {
  const share = percent(stats.expand_fraction);
  const load = stats.load_level > 0 ? ` Load has lowered quality by ${count(stats.load_level, 'step')}.` : '';
  if (chunk.score === null) {
    return chunk.raw ? 'Raw, like every chunk of a full context: nothing was chosen.' : 'Read as one vector, like every chunk: nothing was chosen.';
  }
  const place = `score ${number(chunk.score, 2)}, place ${chunk.rank} of ${total}`;
  if (chunk.raw) return `Kept raw: ${place}. The policy keeps the best ${stats.chunks_expanded} (${share}).${load}`;
  const done = chunk.leftOut ? 'Left out' : 'Read as one vector';
  return chunk.rank <= stats.chunks_expanded
    ? `${done} although chosen: ${place}, but its tokens did not fit into the prompt.${load}`
    : `${done}: ${place}, below the best ${stats.chunks_expanded} that stay raw (${share}).${load}`;
}

function kind(chunk) {
  return chunk.raw ? 'raw' : chunk.leftOut ? 'out' : chunk.cached ? 'cached' : 'vector';
}

function words(chunk) {
  return [chunk.raw ? 'expanded' : chunk.leftOut ? 'left out' : 'compressed', chunk.cached && 'cached', chunk.cited && 'cited'].filter(Boolean).join(', ');
}

/** The legend of the colours that occur. */
function legend(leavesOut) {
  const entry = (classes, text) => h('span', {}, h('i', { class: `swatch ${classes}`, 'aria-hidden': 'true' }), text);
  return h('p', { class: 'legend' }, entry('raw', 'expanded'), leavesOut ? entry('out', 'left out') : [entry('vector', 'compressed'), entry('cached', 'compressed, cached')], entry(leavesOut ? 'raw cited' : 'vector cited', 'cited'));
}

/** Rows of chunks with the details of the one that is pointed at or has the focus. */
export function strip(answer) {
  if (answer.reading.length === 0) return null;
  const passages = chunksOf(answer);
  const total = passages.reduce((sum, passage) => sum + passage.chunks.length, 0);
  const detail = h('div', { class: 'detail' });
  const rows = [];
  let shown = null;

  const point = (passage, chunk, cell) => {
    shown?.classList.remove('shown');
    shown = cell;
    cell.classList.add('shown');
    const text = passage.passage.text;
    const from = Math.max(0, chunk.start - 120);
    show(
      detail,
      h('p', { class: 'facts' }, h('b', {}, words(chunk)), ' ', why(chunk, answer.stats, total), chunk.cached ? ' Its vectors came from the store.' : ''),
      h(
        'blockquote',
        {},
        h('span', { class: 'from' }, passage.passage.title ?? passage.passage.passage_id),
        from > 0 ? '… ' : '',
        text.slice(from, chunk.start),
        chunk.end > chunk.start ? h('mark', { class: kind(chunk) }, text.slice(chunk.start, chunk.end)) : h('mark', { class: kind(chunk) }, '(title)'),
        text.slice(chunk.end, chunk.end + 120),
        chunk.end + 120 < text.length ? ' …' : '',
      ),
    );
  };

  const move = (event, row, at) => {
    const cells = rows[row];
    const to = {
      ArrowRight: () => cells[Math.min(at + 1, cells.length - 1)],
      ArrowLeft: () => cells[Math.max(at - 1, 0)],
      ArrowDown: () => rows[Math.min(row + 1, rows.length - 1)][0],
      ArrowUp: () => rows[Math.max(row - 1, 0)][0],
      Home: () => cells[0],
      End: () => cells.at(-1),
    }[event.key]?.();
    if (!to) return;
    event.preventDefault();
    for (const cell of to.parentElement.children) cell.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  };

  const lines = passages.map((passage, row) => {
    const name = passage.passage.title ?? passage.passage.passage_id;
    const raw = passage.chunks.filter((chunk) => chunk.raw).length;
    const cells = passage.chunks.map((chunk, at) => {
      const text = passage.passage.text.slice(chunk.start, chunk.end) || 'title';
      const cell = h('div', {
        class: `chunk ${kind(chunk)}${chunk.cited ? ' cited' : ''}`,
        role: 'option',
        'aria-selected': 'false',
        'aria-label': `Chunk ${at + 1}, ${words(chunk)}: ${text}. ${why(chunk, answer.stats, total)}`,
        tabindex: at === 0 ? 0 : -1,
        onmouseenter: () => point(passage, chunk, cell),
        onclick: () => cell.focus(),
        onfocus: () => {
          cell.setAttribute('aria-selected', 'true');
          point(passage, chunk, cell);
        },
        onblur: () => cell.setAttribute('aria-selected', 'false'),
        onkeydown: (event) => move(event, row, at),
      });
      if (chunk.raw) cell.style.width = `${14 + 3 * Math.min(answer.stats.chunk_tokens, 16)}px`;
      return cell;
    });
    rows.push(cells);
    return h(
      'div',
      { class: 'passage' },
      h('p', { class: 'title' }, h('span', {}, name), h('small', {}, `${raw} of ${cells.length} raw${passage.cached ? ', cached' : ''}`)),
      h('div', { class: 'chunks', role: 'listbox', 'aria-orientation': 'horizontal', 'aria-label': `Chunks of ${name}` }, cells),
    );
  });

  const read = new Set(answer.reading.map((reading) => reading.passage_id));
  const left = answer.passages.filter((passage) => !read.has(passage.passage_id));
  show(detail, h('p', { class: 'hint' }, 'Point at a chunk, or reach it with Tab and the arrow keys, to see what it says and why it was read that way. Wide chunks take k positions of the prompt, narrow ones take one, or none where they are left out.'));
  return h(
    'div',
    { class: 'strip', role: 'group', 'aria-label': 'How the passages were read' },
    legend(answer.reading.some((reading) => reading.others_left_out)),
    lines,
    left.length > 0 && h('p', { class: 'left-out' }, `Not in the prompt: ${left.map((passage) => passage.title ?? passage.passage_id).join(', ')}`),
    detail,
  );
}
