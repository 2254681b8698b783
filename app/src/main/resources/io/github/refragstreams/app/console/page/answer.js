// One answer, while it comes and when it is there.

import { ConnectionLost, Problem, ask, deleteJson, getJson } from './api.js';
import { count, h, millis, number, percent, show } from './dom.js';
import { strip } from './strip.js';

const RETRY_MS = 1_000;
const SLOWEST_MS = 10_000;

/**
 * Asks, shows what comes into an element, and comes back with the answer; null when there is none.
 *
 * @param again called by the button that asks once more
 */
export async function follow(element, question, { signal, again, onQuestion }) {
  const text = h('p', { class: 'text' });
  const note = h('p', { class: 'note', role: 'status' });
  show(element, h('div', { class: 'said' }, text), note);
  element.classList.add('coming');
  let answer = null;
  let queryId = null;
  const said = h('span', {});
  const fail = (message) => {
    said.textContent = message;
    show(note, said, ' ', h('button', { type: 'button', onclick: again }, 'Ask again'));
  };
  const stopped = async () => {
    fail('Stopped.');
    said.textContent = await takeBack(queryId);
  };
  const onEvent = (name, data) => {
    if (name === 'question') {
      queryId = data.query_id;
      onQuestion?.(data);
    } else if (name === 'text') {
      text.append(data.text);
    } else if (name === 'restart') {
      text.textContent = '';
      note.textContent = 'A crash has started the answer anew.';
    } else if (name === 'passage-refused') {
      note.textContent = `A passage went to the dead letters (${data.code}).`;
    } else if (name === 'answer') {
      answer = data;
    } else if (name === 'error') {
      fail(`Refused: ${data.detail}`);
    }
  };
  try {
    await ask(question, onEvent, signal);
  } catch (failure) {
    if (signal.aborted) {
      stopped();
    } else if (failure instanceof Problem) {
      fail(`Refused: ${failure.message}`);
    } else if (failure instanceof ConnectionLost) {
      note.textContent = 'The connection was lost. Trying to reach the server again …';
      try {
        answer = await recover(queryId, signal);
        note.textContent = 'The connection was lost meanwhile; the answer had been made.';
      } catch (problem) {
        if (signal.aborted) stopped();
        else fail(problem.message);
      }
    } else {
      throw failure;
    }
  } finally {
    element.classList.remove('coming');
  }
  return answer;
}

/** Takes a question back that nobody waits for, and says what has become of it. */
async function takeBack(queryId) {
  if (queryId === null) return 'Stopped before the server said that it has the question; if it has, it takes it back when it notices.';
  try {
    const { state } = await deleteJson(request(queryId));
    return state === 'answered' ? 'Stopped; the question had been answered by then.' : 'Stopped; the question was taken back.';
  } catch {
    // A server that is away, or does not know it: what reads no more is noticed in time.
    return 'Stopped; the server did not say whether the question was taken back.';
  }
}

const request = (queryId) => `/v1/requests/${encodeURIComponent(queryId)}`;

/** Waits; fails at once when it is stopped. */
function pause(millis, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, millis);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

/** What has become of a question when its stream broke; waits until the server tells, or it is stopped. */
async function recover(queryId, signal) {
  for (let wait = RETRY_MS; ; wait = Math.min(2 * wait, SLOWEST_MS)) {
    await pause(wait, signal);
    try {
      if (queryId === null) {
        await getJson('/console/api/settings', { signal });
        throw new Error('The connection was lost before the server had the question. It is back.');
      }
      const { state, answer, problem } = await getJson(request(queryId), { signal });
      if (state === 'answered') return answer;
      if (problem) throw new Error(`The connection was lost meanwhile. Refused: ${problem.detail}`);
      if (state !== 'open') throw new Error('The connection was lost, and the question was taken back. The server can be reached again.');
    } catch (failure) {
      if (failure instanceof Problem && failure.status === 404) {
        throw new Error('The connection was lost, and the server knows the question no more. It is back.');
      }
      if (!(failure instanceof ConnectionLost) && !(failure instanceof Problem)) throw failure;
    }
  }
}

/** A whole answer: text, citations, statistics, and how its passages were read. */
export function whole(answer, label) {
  const { stats } = answer;
  return [
    label && h('h3', { class: 'label' }, label),
    h('div', { class: 'said' }, h('p', { class: 'text' }, answer.text || '(nothing)')),
    answer.status !== 'COMPLETE' && h('p', { class: 'note' }, STATUS[answer.status] ?? answer.status),
    citations(answer),
    facts(stats),
    duration(stats),
    strip(answer),
    h('p', { class: 'origin' }, answer.model, ' · ', h('a', { href: `#/requests/${encodeURIComponent(answer.query_id)}` }, 'timeline and events')),
  ];
}

const STATUS = {
  PARTIAL: 'Partial: not all expected passages had come.',
  NO_CONTEXT: 'Answered without any passage.',
  TRUNCATED: 'The lowest-ranked passages did not fit and were left out.',
};

function citations(answer) {
  if (answer.citations.length === 0) return null;
  const passages = new Map(answer.passages.map((passage) => [passage.passage_id, passage]));
  return h(
    'ol',
    { class: 'citations', 'aria-label': 'Citations' },
    answer.citations.map((citation) => {
      const passage = passages.get(citation.passage_id);
      return h(
        'li',
        {},
        h('q', {}, passage ? passage.text.slice(citation.start, citation.end) : ''),
        h('span', {}, ` ${passage?.title ?? citation.passage_id}, ${citation.reason === 'EXPANDED' ? 'read raw' : 'read from vectors'}`),
      );
    }),
  );
}

function facts(stats) {
  const fact = (name, value, title) => h('div', { title }, h('dt', {}, name), h('dd', {}, value));
  return h(
    'dl',
    { class: 'stats' },
    fact('First token', millis(stats.time_to_first_token_ms), 'From the moment the query was ready to decode to its first token'),
    fact('Positions', number(stats.prompt_positions), 'Decoder positions of the whole prompt'),
    fact('Context', count(stats.context_tokens, 'token'), 'Tokens of the passages before compression'),
    fact('Compression', `${number(stats.compression, 1)}×`, 'Context tokens per position spent on passages'),
    fact('Chunks', `${number(stats.chunks_expanded)} of ${number(stats.chunks)} raw`, `Chunks of ${stats.chunk_tokens} tokens; ${percent(stats.expand_fraction)} stay raw`),
    fact('Answer', count(stats.answer_tokens, 'token'), 'Tokens of the answer'),
    stats.history_turns > 0 && fact('History', count(stats.history_turns, 'turn'), `${stats.history_turns_raw} of them read token by token`),
  );
}

/** Where the time went, in one line to scale. */
function duration(stats) {
  const parts = [
    ['encode', stats.encode_ms],
    ['queue', stats.queue_ms],
    ['policy', stats.policy_ms],
    ['prefill', stats.prefill_ms],
    ['decode', stats.decode_ms],
  ];
  return h(
    'div',
    { class: 'duration' },
    h('div', { class: 'line', 'aria-hidden': 'true' }, parts.map(([name, value]) => h('i', { class: name, style: { flexGrow: value } }))),
    h('p', {}, parts.map(([name, value]) => h('span', {}, h('i', { class: name, 'aria-hidden': 'true' }), `${name} ${millis(value)} `))),
  );
}

/** Both answers to one question, in numbers. */
export function comparison(compressed, full) {
  const row = (name, pick, write) => {
    const most = Math.max(pick(compressed.stats), pick(full.stats), 1);
    const bar = (answer, kind) =>
      h('td', {}, h('span', { class: `amount ${kind}`, 'aria-hidden': 'true', style: { width: `${(60 * pick(answer.stats)) / most}%` } }), write(pick(answer.stats)));
    const times = pick(full.stats) / Math.max(pick(compressed.stats), 1);
    return h('tr', {}, h('th', { scope: 'row' }, name), bar(compressed, 'mixed'), bar(full, 'full'), h('td', { class: 'times' }, `${number(times, 1)}×`));
  };
  return h(
    'table',
    { class: 'comparison' },
    h('caption', {}, 'Same question, same passages'),
    h('thead', {}, h('tr', {}, h('td', {}), h('th', { scope: 'col' }, 'refrag'), h('th', { scope: 'col' }, 'full context'), h('th', { scope: 'col' }, 'ratio'))),
    h(
      'tbody',
      {},
      row('First token', (stats) => stats.time_to_first_token_ms, millis),
      row('Prefill', (stats) => stats.prefill_ms, millis),
      row('Positions', (stats) => stats.prompt_positions, number),
    ),
  );
}
