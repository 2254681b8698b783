// Requests to the server that the page came from, and what can go wrong with them.

import { tab } from './storage.js';

const TOKEN = 'refrag.token';
const SILENCE_MS = 20_000;
/** Longest wait for an answer, and for the first words of one that is streamed: before them, passages are found. */
const LONGEST_MS = 10_000;
const LONGEST_ASK_MS = 30_000;

/** The server has said no: a problem of RFC 9457. */
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail ?? `status ${status}`);
    this.status = status;
    this.code = body.code ?? '';
  }
}

/** The server cannot be reached, or broke off. */
export class ConnectionLost extends Error {}

/** Receives an event `unauthorized` when a token is needed; its detail is whether one has been refused. */
export const access = new EventTarget();

export function keepToken(token) {
  tab.set(TOKEN, token);
}

async function send(path, { method = 'GET', body, accept = 'application/json', signal } = {}) {
  const headers = { Accept: accept };
  const token = tab.get(TOKEN);
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let response;
  try {
    response = await fetch(path, { method, headers, body: body && JSON.stringify(body), signal, cache: 'no-store' });
  } catch (failure) {
    if (signal?.aborted) throw failure;
    throw new ConnectionLost('the server cannot be reached');
  }
  if (response.ok) return response;
  // One that was replaced meanwhile says nothing about the new one.
  if (response.status === 401 && token === tab.get(TOKEN)) {
    access.dispatchEvent(new CustomEvent('unauthorized', { detail: Boolean(token) }));
  }
  throw new Problem(response.status, await response.json().catch(() => ({})));
}

/** Does something until its signal tells that it is stopped, or that the server hangs. */
async function inTime(longest, stopped, work) {
  const hangs = new AbortController();
  const timer = setTimeout(() => hangs.abort(), longest);
  try {
    return await work(stopped ? AbortSignal.any([stopped, hangs.signal]) : hangs.signal);
  } catch (failure) {
    if (hangs.signal.aborted && !stopped?.aborted) throw new ConnectionLost('the server does not answer');
    throw failure;
  } finally {
    clearTimeout(timer);
  }
}

function read(path, how, options) {
  return inTime(LONGEST_MS, options?.signal, async (signal) => {
    const response = await send(path, { ...options, signal });
    try {
      return await response[how]();
    } catch (failure) {
      if (signal.aborted) throw failure;
      throw new ConnectionLost('the answer broke off');
    }
  });
}

export const getJson = (path, options) => read(path, 'json', options);
export const getText = (path, options) => read(path, 'text', { accept: 'text/plain', ...options });
export const postJson = (path, body) => read(path, 'json', { method: 'POST', body });
export const deleteJson = (path) => read(path, 'json', { method: 'DELETE' });

/**
 * Asks a question and passes on its events until the last one, `answer` or `error`.
 *
 * @throws ConnectionLost when the stream ends before, or is silent for longer than its pulse allows
 */
export async function ask(question, onEvent, signal) {
  const silent = new AbortController();
  const response = await inTime(LONGEST_ASK_MS, AbortSignal.any([signal, silent.signal]), (stopped) =>
    send('/v1/ask', { method: 'POST', body: question, accept: 'text/event-stream', signal: stopped }),
  );
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = '';
  try {
    for (;;) {
      const timer = setTimeout(() => silent.abort(), SILENCE_MS);
      const { done, value } = await reader.read().finally(() => clearTimeout(timer));
      if (done) break;
      waiting += value;
      const events = waiting.split('\n\n');
      waiting = events.pop();
      for (const event of events) {
        if (pass(event, onEvent)) return;
      }
    }
  } catch (failure) {
    if (signal.aborted) throw failure;
    throw new ConnectionLost('the stream broke off');
  } finally {
    reader.cancel().catch(() => {});
  }
  throw new ConnectionLost('the stream ended before the answer');
}

/** Whether this was the last event. */
function pass(event, onEvent) {
  let name = '';
  let data = '';
  for (const line of event.split('\n')) {
    if (line.startsWith('event: ')) name = line.slice(7);
    else if (line.startsWith('data: ')) data += line.slice(6);
  }
  if (data) onEvent(name, JSON.parse(data));
  return name === 'answer' || name === 'error';
}
