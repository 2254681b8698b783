// Records that could not be used: list, inspect, send again.

import { getJson, postJson } from './api.js';
import { h, number, show, time } from './dom.js';
import { load } from './requests.js';

/** The last dead letters. */
export function lettersView() {
  const list = h('div', {}, h('p', { class: 'empty' }, 'Reading the topic …'));
  const said = h('p', { class: 'note', role: 'status' });
  const replay = h('button', { type: 'button', disabled: true, onclick: () => again() }, 'Replay selected');
  const chosen = () => [...list.querySelectorAll('input:checked')].map((box) => box.value);

  async function again() {
    replay.disabled = true;
    try {
      const { replayed } = await postJson('/console/api/dead-letters/replay', { ids: chosen() });
      said.textContent = `Sent again: ${replayed.join(', ')}. They stay among the dead letters.`;
      read();
    } catch (failure) {
      said.textContent = failure.message;
      replay.disabled = false;
    }
  }

  const read = () =>
    load(list, async () => {
      const letters = await getJson('/console/api/dead-letters');
      replay.disabled = true;
      return letters.length === 0
        ? h('p', { class: 'empty' }, 'None: every record could be used.')
        : h(
            'table',
            { class: 'list', onchange: () => (replay.disabled = chosen().length === 0) },
            h('thead', {}, h('tr', {}, h('td', {}), ['Code', 'Class', 'Stage', 'Came from', 'Key', 'Time'].map((name) => h('th', { scope: 'col' }, name)))),
            h(
              'tbody',
              {},
              letters.map((letter) =>
                h(
                  'tr',
                  {},
                  h('td', {}, h('input', { type: 'checkbox', value: letter.id, 'aria-label': `Select ${letter.id}` })),
                  h('td', { class: 'wide' }, h('a', { href: `#/dead-letters/${encodeURIComponent(letter.id)}` }, letter.code)),
                  h('td', {}, letter.class ?? '–'),
                  h('td', {}, letter.stage),
                  h('td', {}, letter.source),
                  h('td', { class: 'key' }, letter.key ?? '–'),
                  h('td', {}, time(letter.time)),
                ),
              ),
            ),
          );
    });
  read();
  return h(
    'div',
    { class: 'page' },
    h('h1', {}, 'Dead letters'),
    h('p', { class: 'lead' }, 'Records that could not be used, as they came. What was sent again is answered once, however often it comes.'),
    h('div', { class: 'actions' }, h('button', { type: 'button', onclick: () => read() }, 'Refresh'), replay),
    said,
    list,
  );
}

/** One dead letter. */
export function letterView(id) {
  const body = h('div', {}, h('p', { class: 'empty' }, 'Reading the topic …'));
  const said = h('p', { class: 'note', role: 'status' });
  load(body, async () => {
    const letter = await getJson(`/console/api/dead-letters/${encodeURIComponent(id)}`);
    const button = h(
      'button',
      {
        type: 'button',
        class: 'primary',
        disabled: !letter.replayable,
        onclick: async () => {
          button.disabled = true;
          try {
            await postJson('/console/api/dead-letters/replay', { ids: [letter.id] });
            said.textContent = `Sent again to where it came from. It stays among the dead letters.`;
          } catch (failure) {
            said.textContent = failure.message;
            button.disabled = false;
          }
        },
      },
      'Replay',
    );
    const fact = (name, value) => value && h('div', {}, h('dt', {}, name), h('dd', {}, value));
    return [
      h('p', { class: 'lead' }, letter.message || 'The refusal says no more than its code.'),
      h(
        'dl',
        { class: 'facts-list' },
        fact('Code', letter.code),
        fact('Class', letter.class && `${letter.class}: ${letter.policy}`),
        fact('What to do', letter.advice),
        fact('Stage', letter.stage),
        fact('Came from', letter.source),
        fact('Key', letter.key),
        fact('Size', letter.value_bytes === null ? 'no value' : `${number(letter.value_bytes)} bytes`),
      ),
      h('div', { class: 'actions' }, button),
      said,
      h('h2', {}, 'What it holds'),
      h('pre', { tabindex: 0, 'aria-label': 'Payload' }, typeof letter.payload === 'string' ? `${letter.payload}\n(base 64)` : JSON.stringify(letter.payload, null, 2)),
      h('h2', {}, 'Headers'),
      h('pre', { tabindex: 0, 'aria-label': 'Headers' }, JSON.stringify(letter.headers, null, 2)),
    ];
  });
  return h('div', { class: 'page' }, h('p', { class: 'back' }, h('a', { href: '#/dead-letters' }, 'All dead letters')), h('h1', {}, 'Dead letter ', h('code', {}, id)), body);
}
