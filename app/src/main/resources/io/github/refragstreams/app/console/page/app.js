// Starts the page, and leads addresses to views.

import { access, getJson, keepToken } from './api.js';
import { askView } from './ask.js';
import { charts } from './charts.js';
import { h, show } from './dom.js';
import { letterView, lettersView } from './letters.js';
import { Meters } from './meters.js';
import { requestView, requestsView } from './requests.js';
import { browser } from './storage.js';

const THEMES = ['system', 'light', 'dark'];
const THEME = 'refrag.theme';

const main = document.getElementById('main');
const meters = new Meters();
let model = '';
let ask = () => h('p', {});

const VIEWS = [
  [/^#\/ask$/, 'Ask', () => ask()],
  [/^#\/live$/, 'Live', live],
  [/^#\/requests$/, 'Requests', requestsView],
  [/^#\/requests\/(.+)$/, 'Request', requestView],
  [/^#\/dead-letters$/, 'Dead letters', lettersView],
  [/^#\/dead-letters\/(.+)$/, 'Dead letter', letterView],
];

function live() {
  return h(
    'div',
    { class: 'page live' },
    h('h1', {}, 'Live'),
    h('p', { class: 'lead' }, 'Meters of the process that answers: means of the last two seconds in which something was measured, over the last ten minutes.'),
    charts(meters),
  );
}

function lead() {
  const address = location.hash || '#/ask';
  const [found, name, view] = VIEWS.find(([pattern]) => pattern.test(address)) ?? [];
  if (!found) {
    location.replace('#/ask');
    return;
  }
  document.title = `${name} · refrag console`;
  show(main, view(...found.exec(address).slice(1).map(decodeURIComponent)));
  for (const link of document.querySelectorAll('nav a')) {
    if (address.startsWith(link.getAttribute('href'))) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

function state() {
  const element = document.getElementById('state');
  element.dataset.connected = meters.connected;
  const text = meters.connected === false ? 'Connection lost, trying again' : model || 'Connected';
  const shown = document.getElementById('state-text');
  if (shown.textContent !== text) shown.textContent = text;
}

function themes() {
  const button = document.getElementById('theme');
  const set = (theme) => {
    document.documentElement.dataset.theme = theme;
    browser.set(THEME, theme);
    button.textContent = `Theme: ${theme}`;
  };
  set(THEMES.includes(browser.get(THEME)) ? browser.get(THEME) : 'system');
  button.addEventListener('click', () => set(THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length]));
}

function tokens() {
  const dialog = document.getElementById('token');
  const refused = document.getElementById('token-refused');
  access.addEventListener('unauthorized', ({ detail }) => {
    if (dialog.open) return;
    dialog.showModal();
    // Said once it is seen, so that it is read out.
    refused.textContent = detail ? 'The server has refused the token.' : '';
  });
  document.getElementById('token-form').addEventListener('submit', (event) => {
    event.preventDefault();
    keepToken(document.getElementById('token-value').value);
    dialog.close();
    meters.retry();
    // What is on the page stays, with what is being written and answered there.
    if (!model) start();
  });
}

/** An address is a view here, so the link to the content must not be one. */
function skip() {
  document.querySelector('.skip').addEventListener('click', (event) => {
    event.preventDefault();
    main.focus();
  });
}

async function start() {
  try {
    const settings = await getJson('/console/api/settings');
    model = settings.model;
    ask = askView(settings, meters);
  } catch (failure) {
    show(main, h('p', { class: 'note page', role: 'alert' }, failure.message, ' ', h('button', { type: 'button', onclick: start }, 'Try again')));
    return;
  }
  lead();
  state();
}

themes();
tokens();
skip();
meters.addEventListener('sample', state);
window.addEventListener('hashchange', () => {
  if (!model) return;
  lead();
  main.focus({ preventScroll: true });
  window.scrollTo(0, 0);
});
meters.start();
start();
