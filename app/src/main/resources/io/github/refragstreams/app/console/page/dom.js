// Elements from plain data. Text is always text: nothing here reads markup.

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'style') Object.assign(element.style, value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An element; attributes that are null, undefined or false are left out, `onNAME` is a listener. */
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same in SVG. */
export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** Replaces all that an element holds. */
export function show(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A number with few digits. */
export function number(value, digits = 0) {
  return Number(value).toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Milliseconds, as seconds where they are many. */
export function millis(value) {
  return value < 10_000 ? `${number(value)} ms` : `${number(value / 1000, 1)} s`;
}

/** A share as percent. */
export function percent(value) {
  return `${number(value * 100)}\u202f%`;
}

/** A number of things. */
export function count(value, thing) {
  return `${number(value)} ${thing}${value === 1 ? '' : 's'}`;
}

/** A point in time, to the second, in the reader's own zone; with its date unless that is today's. */
export function time(iso) {
  const date = new Date(iso);
  const today = date.toDateString() === new Date().toDateString();
  const day = today ? '' : `${date.toLocaleDateString('en', { dateStyle: 'medium' })}, `;
  return h('time', { datetime: iso, title: iso }, day + date.toLocaleTimeString('en', { hourCycle: 'h23' }));
}
