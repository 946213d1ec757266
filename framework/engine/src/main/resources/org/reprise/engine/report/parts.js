// Elements, words and numbers.
// one figure alone, at a height of its own: #figure=accuracy&height=360&theme=light
const alone = new URLSearchParams(location.hash.slice(1)).get('figure');
const data = JSON.parse(document.getElementById('data').textContent);

/** Makes an element; text is never read as HTML. */
function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'class') element.className = value;
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(3).filter(child => child !== undefined && child !== null && child !== false));
  return element;
}

/** Text for a chart's tooltip, the only place that reads HTML. */
const escaped = text => text.replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);
const percent = (share, digits = 1) => share === undefined || share === null ? '–' : (100 * share).toFixed(digits) + ' %';
const short = value => {
  if (value === undefined || value === null) return '–';
  const size = Math.abs(value);
  return value === 0 ? '0' : size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : size >= 0.1 ? value.toFixed(2) : size >= 0.001 ? value.toFixed(3) : value.toExponential(1);
};
const exact = value => Number.isInteger(value) || value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
const whole = value => Math.round(value).toLocaleString('en');
const counted = (n, one, many = one + 's') => `${whole(n)} ${n === 1 ? one : many}`;
const seconds = value => value === undefined ? '–' : value >= 3600 ? (value / 3600).toFixed(1) + ' h' : value >= 90 ? (value / 60).toFixed(1) + ' min' : short(value) + ' s';
const clip = (text, length = 26) => text.length > length ? text.slice(0, length - 1) + '…' : text;
const median = values => {
  const sorted = values.filter(v => v !== undefined).sort((a, b) => a - b);
  return sorted.length ? (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2 : undefined;
};
const last = list => list[list.length - 1];
const sum = values => values.reduce((a, b) => a + b, 0);
const blockName = block => block && block.name !== undefined ? block.name : '–';

/** A table; columns are {title, value, number}. */
function table(columns, rows, caption) {
  return h('table', {},
    caption && h('caption', {class: 'skip'}, caption),
    h('thead', {}, h('tr', {}, columns.map(c => h('th', {scope: 'col', class: c.number && 'num'}, c.title)))),
    h('tbody', {}, rows.map(row => h('tr', {}, columns.map((c, i) => {
      const value = c.value(row);
      return i === 0 ? h('th', {scope: 'row', class: c.number && 'num'}, value) : h('td', {class: c.number && 'num'}, value);
    })))));
}

/** A box that scrolls, by keyboard too. */
const scrolled = (name, ...content) => h('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': name}, content);

const sections = [];
/** Makes a section of the page, with its place in the navigation. */
function section(id, title, lead, ...content) {
  const link = {mapping: 'Labels', heat: 'Matrix', drift: 'Movement', errors: 'Errors', time: 'Time', provenance: 'Provenance', 'accuracy-section': 'Accuracy', axes: 'Differences', settings: 'Settings'}[id] || title;
  const element = h('section', {id, 'aria-labelledby': id + '-title'}, h('h2', {id: id + '-title'}, title), lead && h('p', {class: 'lead'}, lead), content);
  sections.push({id, title: link, element});
  document.getElementById('main').append(element);
  return element;
}

function facts(list) {
  return h('dl', {class: 'facts'}, list.filter(Boolean).map((fact, i) =>
    h('div', {class: 'fact' + (i === 0 ? ' first' : '')}, h('dt', {}, fact.name), h('dd', {}, fact.value, fact.note && h('small', {}, fact.note)))));
}

/** A thumbnail of the sheet. */
function thumb(pictures, at, targets, mark = true) {
  const {tile, columns} = pictures.sheet;
  const sample = pictures.samples[at];
  const wrong = sample.prediction !== undefined && sample.prediction !== sample.label;
  const text = sample.prediction === undefined ? targets[sample.label]
    : `${targets[sample.label]}, predicted ${wrong ? targets[sample.prediction] : 'so'} with ${percent(sample.probability, 0)}`;
  const element = h('span', {class: 'thumb' + (wrong && mark ? ' wrong' : ''), role: 'img', 'aria-label': text, title: `test image ${sample.index}: ${text}`});
  element.style.backgroundPosition = `-${at % columns * tile}px -${Math.floor(at / columns) * tile}px`;
  return element;
}
