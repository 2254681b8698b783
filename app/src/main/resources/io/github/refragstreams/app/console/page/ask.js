// Questions and answers, as one conversation.

import { comparison, follow, whole } from './answer.js';
import { charts } from './charts.js';
import { count, h, percent, show } from './dom.js';
import { tab } from './storage.js';

const KEPT = 'refrag.conversation';
const MOST_TURNS = 20;

/** Ways of reading passages, and those in which the policy chooses. */
const MODES = {
  MIXED: 'chosen raw, others as vectors',
  SELECTED: 'chosen raw, others left out',
  COMPRESSED: 'all as vectors',
  FULL: 'all raw',
};
const CHOOSING = new Set(['MIXED', 'SELECTED']);

/** 32 hexadecimal digits: `crypto.randomUUID` is not there on pages that came over plain HTTP from another machine. */
function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The conversation, which outlives changes of the view and reloads of the page. */
class Conversation {
  id = newId();
  /** Questions and their answers, oldest first; the last ones only. */
  turns = [];

  static restored() {
    const conversation = new Conversation();
    try {
      Object.assign(conversation, JSON.parse(tab.get(KEPT)) ?? {});
    } catch {
      tab.remove(KEPT);
    }
    return conversation;
  }

  add(turn) {
    this.turns.push(turn);
    if (this.turns.length > MOST_TURNS) this.turns.shift();
    this.#keep();
  }

  /** The turns before another answer to the last question, for a request of its own: the last ones that it may bring along. */
  history({ history_turns, history_chars }) {
    const turns = this.turns.slice(0, -1).map(({ question, answer }) => ({ question, answer: answer.text })).filter((turn) => turn.answer.trim());
    let chars = 0;
    const beyond = turns.findLastIndex((turn, i) => turns.length - i > history_turns || (chars += turn.question.length + turn.answer.length) > history_chars);
    return turns.slice(beyond + 1);
  }

  clear() {
    this.id = newId();
    this.turns = [];
    this.#keep();
  }

  #keep() {
    tab.set(KEPT, JSON.stringify({ id: this.id, turns: this.turns }));
  }
}

/** The view; made once, and shown whenever it is asked for. */
export function askView(settings, meters) {
  const conversation = Conversation.restored();
  const turns = h('div', { class: 'turns' });
  // Pieces of an answer are too small to be read out; the whole is.
  const spoken = h('p', { class: 'unseen', role: 'status' });
  const controls = options(settings);
  let running = null;

  const input = h('textarea', {
    id: 'question',
    rows: 1,
    placeholder: 'Ask a question',
    'aria-label': 'Question',
    oninput: () => grow(input),
    onkeydown: (event) => {
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      }
    },
  });
  const button = h('button', { type: 'submit', class: 'primary' }, 'Ask');
  const form = h(
    'form',
    {
      class: 'composer',
      onsubmit: (event) => {
        event.preventDefault();
        if (running) {
          // Enter sends, and waits for its turn; only the button says that it stops.
          if (event.submitter === button) running.abort();
        } else if (input.value.trim()) {
          submit(input.value.trim());
          input.value = '';
          grow(input);
        }
      },
    },
    input,
    button,
  );
  document.addEventListener('keydown', (event) => {
    // Where it ends something else, an input method or a list of choices, it is not meant for the answer.
    const taken = event.isComposing || event.defaultPrevented || event.target.tagName === 'SELECT';
    if (event.key === 'Escape' && running && !taken) running.abort();
  });

  /** Does something that the button stops, in place of what was going on. */
  async function run(work) {
    running?.abort();
    const own = new AbortController();
    running = own;
    button.textContent = 'Stop';
    try {
      await work(own.signal);
    } finally {
      if (running === own) {
        running = null;
        button.textContent = 'Ask';
      }
    }
  }

  function submit(question) {
    const request = controls.request();
    const first = h('div', { class: 'answer' });
    const second = request.compare ? h('div', { class: 'answer' }) : null;
    const turn = h('article', { class: 'turn' }, h('h2', {}, question), h('div', { class: request.compare ? 'pair' : '' }, first, second));
    empty();
    turns.append(turn);
    while (turns.children.length > MOST_TURNS) turns.firstElementChild.remove();
    turn.scrollIntoView({ block: 'start', behavior: 'smooth' });
    const again = () => {
      turn.remove();
      submit(question);
    };
    return run(async (signal) => {
      const asked = await one(first, { ...request.body, question, conversation_id: conversation.id }, signal, again, request.compare && 'refrag');
      // Stopped at the last moment, the conversation may be another one by now.
      if (!asked || signal.aborted) return;
      conversation.add({ question, answer: asked });
      if (!second) return;
      const passages = asked.passages.map(({ passage_id, title, text, source_uri, score }) => ({ passage_id, title, text, source_uri, score }));
      const options = { ...request.body.options, mode: 'FULL' };
      const body = { question, passages, history: conversation.history(settings), options, uncommitted: request.body.uncommitted };
      const compare = async (signal) => {
        show(second, h('h3', { class: 'label' }, 'full context'), h('p', { class: 'note' }, 'reading every token …'));
        // The first answer stands: only this one is asked for again.
        const full = await one(second, body, signal, () => run(compare), 'full context');
        if (full) turn.children[0].after(comparison(asked, full));
      };
      await compare(signal);
    });
  }

  async function one(element, body, signal, again, label) {
    let passages = [];
    const answer = await follow(element, body, {
      signal,
      again: () => {
        // The button that has the focus goes with the answer that did not come.
        input.focus();
        again();
      },
      onQuestion: (asked) => {
        passages = asked.passages;
      },
    });
    if (!answer) return null;
    // What is read again after a broken connection comes without its passages.
    answer.passages ??= passages;
    show(element, whole(answer, label));
    spoken.textContent = `${label || 'Answer'}: ${answer.text}`;
    return answer;
  }

  function empty() {
    turns.querySelector('.welcome')?.remove();
  }

  function welcome() {
    show(
      turns,
      h(
        'section',
        { class: 'welcome' },
        h('h2', {}, 'Ask, and see what was read.'),
        h('p', {}, 'Retrieved passages are cut into chunks. A policy keeps the few that matter as text; the others enter the decoder as one vector each, or not at all. Every answer below shows which, and why.'),
        settings.examples.length > 0 &&
          h('ul', { class: 'examples', 'aria-label': 'Examples' }, settings.examples.map((example) => h('li', {}, h('button', { type: 'button', onclick: () => submit(example) }, example)))),
      ),
    );
  }

  const fresh = h(
    'button',
    {
      type: 'button',
      class: 'quiet',
      onclick: () => {
        running?.abort();
        conversation.clear();
        welcome();
        input.focus();
      },
    },
    'New conversation',
  );

  if (conversation.turns.length === 0) welcome();
  for (const { question, answer } of conversation.turns) {
    turns.append(h('article', { class: 'turn' }, h('h2', {}, question), h('div', { class: 'answer' }, whole(answer))));
  }

  return () =>
    h(
      'div',
      { class: 'ask' },
      h('h1', { class: 'unseen' }, 'Ask'),
      h('div', { class: 'talk' }, turns, spoken, h('div', { class: 'foot' }, form, fresh)),
      h('aside', { 'aria-label': 'Options and meters' }, controls.element, h('section', { class: 'glance', 'aria-label': 'Live' }, h('h2', {}, 'Live'), charts(meters))),
    );
}

function grow(input) {
  input.style.height = 'auto';
  input.style.height = `${Math.min(input.scrollHeight, 160)}px`;
}

/** How to answer. */
function options(settings) {
  // Until the slider is moved, what is configured holds.
  let asked = false;
  const share = h('input', {
    id: 'expand',
    type: 'range',
    min: 0,
    max: 1,
    step: 0.01,
    value: settings.expand_fraction,
    oninput: () => {
      asked = true;
      told();
    },
  });
  const shown = h('output', { for: 'expand' });
  const bounds = h('small', {}, `${settings.expand_least_tokens} to ${count(settings.expand_tokens, 'token')}`);
  const told = () => {
    shown.textContent = percent(share.value);
    bounds.hidden = asked;
    share.setAttribute('aria-valuetext', `${percent(share.value)} of the chunks stay raw${asked ? '' : `, ${bounds.textContent}`}`);
  };
  told();
  // Until one is chosen, what is configured holds: load may lower that.
  let chosen;
  const mode = h(
    'select',
    {
      id: 'mode',
      onchange: () => {
        chosen = mode.value;
        allow(chosen);
      },
    },
    Object.entries(MODES).map(([value, words]) => h('option', { value, selected: value === settings.mode }, words)),
  );
  const sizes = settings.chunk_sizes.map((k) =>
    h('label', {}, h('input', { type: 'radio', name: 'k', value: k, checked: k === settings.chunk_tokens }), h('span', {}, String(k))),
  );
  const compare = h('input', { type: 'checkbox', id: 'compare' });
  const allow = (read) => {
    share.disabled = !CHOOSING.has(read);
    compare.disabled = read === 'FULL';
  };
  allow(settings.mode);
  const uncommitted = h('input', { type: 'checkbox', id: 'uncommitted' });
  const own = h('input', { type: 'checkbox', id: 'own', checked: !settings.retrieves, disabled: !settings.retrieves, onchange: () => (texts.hidden = !own.checked) });
  const text = h('textarea', { id: 'passages', rows: 6, placeholder: 'One passage per paragraph, cut at blank lines' });
  const texts = h('div', { hidden: settings.retrieves }, h('label', { for: 'passages' }, 'Passages'), text);
  const element = h(
    'form',
    { class: 'options', 'aria-label': 'Options', onsubmit: (event) => event.preventDefault() },
    h('fieldset', { class: 'sizes' }, h('legend', {}, 'Tokens per chunk, k'), h('div', { class: 'segments' }, sizes)),
    h('div', { class: 'choice' }, h('label', { for: 'mode' }, 'Passages are read'), mode),
    h('div', { class: 'slider' }, h('label', { for: 'expand' }, 'Chunks that stay raw'), shown, share, bounds),
    h('label', { class: 'check' }, compare, h('span', {}, 'Compare with full context')),
    h('label', { class: 'check' }, uncommitted, h('span', {}, 'Show tokens before they are committed')),
    h('label', { class: 'check' }, own, h('span', {}, 'Answer from passages of mine')),
    texts,
  );
  return {
    element,
    request() {
      const passages = own.checked
        ? text.value.split(/\n\s*\n/).map((part) => part.trim()).filter(Boolean).map((part) => ({ text: part }))
        : undefined;
      return {
        compare: compare.checked && !compare.disabled,
        body: {
          passages,
          uncommitted: uncommitted.checked,
          options: {
            chunk_tokens: Number(element.elements.k.value),
            mode: chosen,
            expand_fraction: asked ? Number(share.value) : undefined,
            explain: true,
          },
        },
      };
    },
  };
}
