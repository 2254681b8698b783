// What the topics hold of queries.

import { getJson } from './api.js';
import { h, millis, number, show, time } from './dom.js';

/** The last queries of all. */
export function requestsView() {
  const list = h('div', {}, h('p', { class: 'empty' }, 'Reading the topics …'));
  const id = h('input', { id: 'query-id', 'aria-label': 'Query id', placeholder: 'query id', autocomplete: 'off', spellcheck: 'false' });
  load(list, async () => {
    const queries = await getJson('/console/api/requests');
    return queries.length === 0 ? h('p', { class: 'empty' }, 'No query yet.') : table(queries);
  });
  return h(
    'div',
    { class: 'page' },
    h('h1', {}, 'Requests'),
    h('p', { class: 'lead' }, 'The last queries of the topic, whoever asked them. Each leads to its timeline and its records.'),
    h(
      'form',
      {
        class: 'lookup',
        onsubmit: (event) => {
          event.preventDefault();
          if (id.value.trim()) location.hash = `#/requests/${encodeURIComponent(id.value.trim())}`;
        },
      },
      id,
      h('button', { type: 'submit' }, 'Look up'),
    ),
    list,
  );
}

function table(queries) {
  return h(
    'table',
    { class: 'list' },
    h('thead', {}, h('tr', {}, ['Question', 'Asked', 'State', 'First token'].map((name) => h('th', { scope: 'col' }, name)))),
    h(
      'tbody',
      {},
      queries.map((query) =>
        h(
          'tr',
          {},
          h('td', { class: 'wide' }, h('a', { href: `#/requests/${encodeURIComponent(query.query_id)}` }, query.question || '(blank)')),
          h('td', {}, time(query.asked_at)),
          h('td', {}, query.state),
          h('td', { class: 'figure' }, query.time_to_first_token_ms === null ? '–' : millis(query.time_to_first_token_ms)),
        ),
      ),
    ),
  );
}

/** One query: its timeline and its records. */
export function requestView(id) {
  const body = h('div', {}, h('p', { class: 'empty' }, 'Reading the topics …'));
  load(body, async () => {
    const path = `/requests/${encodeURIComponent(id)}`;
    const [events, request, work] = await Promise.all([
      getJson(`/console/api${path}`),
      getJson(`/v1${path}`).catch(() => null),
      getJson(`/console/api${path}/stages`).catch(() => null),
    ]);
    return [
      h('p', { class: 'lead' }, events.find((event) => event.event?.question)?.event.question ?? ''),
      h('p', { class: 'ids' }, h('code', {}, id), request && h('span', { class: 'pill' }, request.state)),
      request?.problem && h('p', { class: 'note' }, request.problem.detail),
      timeline(events, work?.spans ?? []),
      h('h2', {}, `Records, ${events.length}`),
      records(events),
    ];
  });
  return h('div', { class: 'page' }, h('p', { class: 'back' }, h('a', { href: '#/requests' }, 'All requests')), h('h1', {}, 'Request'), body);
}

/** A lane per topic and partition with a mark per record, and one per stage. */
function timeline(events, spans) {
  const at = (event) => Date.parse(event.at);
  const answer = events.find((event) => event.event?.stats)?.event;
  const stages = spans.length > 0 ? spans.map(stageOf) : answer ? stagesOf(answer) : [];
  const start = Math.min(...events.map(at), ...stages.map((stage) => stage.from));
  const end = Math.max(...events.map(at), ...stages.map((stage) => stage.to), start + 1);
  const place = (moment) => `${(100 * (moment - start)) / (end - start)}%`;
  const lanes = Map.groupBy(events, (event) => `${event.topic}-${event.partition}`);
  const lane = (name, ...marks) => h('div', { class: 'lane' }, h('span', { class: 'name' }, name), h('div', { class: 'track' }, marks));
  const rows = [...lanes].map(([name, found]) =>
    lane(name, found.map((event) => h('i', { class: 'mark-at', title: `offset ${event.offset}, ${number(at(event) - start)} ms`, style: { left: place(at(event)) } }))),
  );
  const bar = (stage) =>
    h('i', { class: `stage ${stage.name}`, title: `${stage.name} ${millis(stage.to - stage.from)}, from ${number(stage.from - start)} ms`, style: { left: place(stage.from), width: `${(100 * (stage.to - stage.from)) / (end - start)}%` } });
  const bars = [...Map.groupBy(stages, (stage) => stage.name)].map(([name, found]) => lane(name, found.map(bar)));
  rows.splice(-1, 0, ...bars);
  const said = [...lanes].map(([name, found]) => `${name}: ${found.length}, first after ${number(at(found[0]) - start)} ms`).join('; ');
  return h(
    'figure',
    { class: 'timeline' },
    h('div', { role: 'img', 'aria-label': `${said}. ${stages.map((stage) => `${stage.name} ${millis(stage.to - stage.from)}`).join(', ')}` }, rows),
    h('figcaption', {}, `${number(end - start)} ms from the first record to the last. `, whence(spans, answer)),
  );
}

function whence(spans, answer) {
  if (spans.length > 0) return 'Stages are the spans of its trace, from the process that answered.';
  return answer ? 'Stages are those of the answer’s statistics, laid out backwards from its end; its spans are kept no more.' : '';
}

function stageOf(span) {
  return { name: span.name, from: span.start_ms, to: span.end_ms };
}

function stagesOf(answer) {
  const { stats } = answer;
  let to = Date.parse(answer.answered_at);
  return [
    ['decode', stats.decode_ms],
    ['prefill', stats.prefill_ms],
    ['queue', stats.queue_ms],
    ['policy', stats.policy_ms],
    ['encode', stats.encode_ms],
  ]
    .map(([name, length]) => {
      const stage = { name, from: to - length, to };
      to = stage.from;
      return stage;
    })
    .filter((stage) => stage.to > stage.from)
    .reverse();
}

/** The records with their times from the first one; the many tokens fold into one entry. */
function records(events) {
  const start = Date.parse(events[0].at);
  const entries = [];
  let tokens = [];
  for (const event of events) {
    const entry = record(event, start);
    if (event.event?.index === undefined) {
      tokens = [];
      entries.push(entry);
    } else {
      if (tokens.length === 0) entries.push(tokens);
      tokens.push(entry);
    }
  }
  return entries.map((entry) =>
    Array.isArray(entry) ? h('details', { class: 'record' }, h('summary', {}, h('b', {}, `${number(entry.length)} tokens`)), entry) : entry,
  );
}

function record(event, start) {
  return h(
    'details',
    { class: 'record' },
    h(
      'summary',
      {},
      h('time', { datetime: event.at, title: event.at }, `+${number(Date.parse(event.at) - start)} ms`),
      h('b', {}, event.topic),
      h('span', {}, `partition ${event.partition}, offset ${event.offset}`),
      h('span', {}, event.bytes === null ? 'no value' : `${number(event.bytes)} bytes`),
    ),
    h('pre', { tabindex: 0, 'aria-label': 'Record' }, JSON.stringify({ headers: event.headers, event: event.event }, null, 2)),
  );
}

/** Shows what comes, or why nothing does. */
export async function load(element, content) {
  try {
    show(element, await content());
  } catch (failure) {
    show(element, h('p', { class: 'note', role: 'alert' }, failure.message, ' ', h('button', { type: 'button', onclick: () => load(element, content) }, 'Try again')));
  }
}
