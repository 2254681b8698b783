// The meters of the process that answers, as series of bounded length.

import { ConnectionLost, Problem, getText } from './api.js';

const EVERY_MS = 2_000;
const SLOWEST_MS = 30_000;
export const KEPT = 300;

/** Name, unit and how the value of an interval comes from two readings of the meters. */
export const CHARTS = [
  { id: 'ttft', name: 'Time to first token', unit: 'ms', digits: 0, value: (now, then) => mean(now, then, 'refrag_answer_first_token_seconds', 1000) },
  { id: 'compression', name: 'Compression', unit: '×', digits: 1, value: (now, then) => mean(now, then, 'refrag_answer_compression_ratio') },
  { id: 'cache', name: 'Cache hits', unit: '%', digits: 0, value: hits },
  { id: 'batch', name: 'Batch size', unit: 'answers', digits: 1, value: (now, then) => mean(now, then, 'refrag_decode_batch_rows') },
  { id: 'queue', name: 'Queue', unit: 'waiting', digits: 0, value: queued },
  { id: 'degradation', name: 'Degradation', unit: 'level', digits: 0, value: (now) => now.get('refrag_answer_load_level') ?? null },
];

/** Values by name, and by name with labels, of Prometheus' text format. */
export function parse(text) {
  const values = new Map();
  for (const line of text.split('\n')) {
    const cut = line.lastIndexOf(' ');
    if (cut > 0 && !line.startsWith('#')) values.set(line.slice(0, cut), Number(line.slice(cut + 1)));
  }
  return values;
}

function change(now, then, name) {
  const difference = (now.get(name) ?? 0) - (then.get(name) ?? 0);
  return difference < 0 ? now.get(name) : difference;
}

/** Mean of what was measured in between; null where nothing was. */
function mean(now, then, name, scale = 1) {
  const count = change(now, then, `${name}_count`);
  return count > 0 ? (scale * change(now, then, `${name}_sum`)) / count : null;
}

function hits(now, then) {
  const hit = change(now, then, 'refrag_encode_cache_lookups_total{result="hit"}');
  const miss = change(now, then, 'refrag_encode_cache_lookups_total{result="miss"}');
  return hit + miss > 0 ? (100 * hit) / (hit + miss) : null;
}

function queued(now) {
  const states = ['waiting', 'ready'].map((state) => now.get(`refrag_answer_requests{state="${state}"}`));
  return states.some((value) => value === undefined) ? null : states[0] + states[1];
}

/** Reads the meters again and again while the page is seen; tells with an event `sample`. */
export class Meters extends EventTarget {
  /** Per chart the last values, oldest first. */
  series = new Map(CHARTS.map((chart) => [chart.id, []]));
  /** Whether the server can be reached; null before the first try. */
  connected = null;
  /** Why there are no meters; empty where there are. */
  missing = '';
  #then = null;
  #wait = EVERY_MS;
  #timer = 0;

  start() {
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.#next(0);
    });
    this.#next(0);
  }

  #next(wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#read(), wait);
  }

  async #read() {
    // A page that nobody sees asks for nothing.
    if (document.hidden) return;
    try {
      this.#add(parse(await getText('/console/api/meters')));
      this.connected = true;
      this.missing = '';
      this.#wait = EVERY_MS;
    } catch (failure) {
      this.connected = !(failure instanceof ConnectionLost);
      this.missing = failure instanceof Problem ? failure.message : '';
      this.#wait = Math.min(this.connected ? SLOWEST_MS : 2 * this.#wait, SLOWEST_MS);
    }
    this.dispatchEvent(new Event('sample'));
    this.#next(this.#wait);
  }

  #add(now) {
    if (this.#then) {
      for (const chart of CHARTS) {
        const values = this.series.get(chart.id);
        values.push(chart.value(now, this.#then));
        if (values.length > KEPT) values.shift();
      }
    }
    this.#then = now;
  }

  /** Tries again at once, for instance when there is a token now. */
  retry() {
    this.#wait = EVERY_MS;
    this.#next(0);
  }
}
