// Finds and fills what is in page.html. All text goes in as text: names come from callers and upstreams.
'use strict';

const element = (id) => document.getElementById(id);
const show = (id, text) => {
  if (element(id).textContent !== text) element(id).textContent = text;
};

function made(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

// What cards and cells look like on a phone must not take the meaning from the tables.
function nameTables() {
  const roles = {table: 'table', thead: 'rowgroup', tbody: 'rowgroup', 'thead tr': 'row', 'thead th': 'columnheader'};
  for (const [selector, role] of Object.entries(roles)) {
    for (const node of document.querySelectorAll(selector)) node.setAttribute('role', role);
  }
}

const shownRows = new Map(); // table -> what it shows: what has not changed can still be selected

// A cell is a text or {text, className, title}.
function fillTable(id, rows, nothing) {
  const state = JSON.stringify([rows, nothing]);
  if (shownRows.get(id) === state) return;
  shownRows.set(id, state);
  const columns = [...element(id).parentElement.querySelectorAll('thead th')];
  const filled = rows.map((cells) => {
    const row = made('tr');
    row.setAttribute('role', 'row');
    cells.forEach((cell, i) => {
      const node = made(i === 0 ? 'th' : 'td', cell.className, cell.text === undefined ? cell : cell.text);
      if (i === 0) node.scope = 'row';
      node.setAttribute('role', i === 0 ? 'rowheader' : 'cell');
      node.dataset.label = columns[i].textContent;
      if (columns[i].classList.contains('number')) node.classList.add('number');
      if (cell.title) node.title = cell.title;
      if (node.textContent === '' || node.textContent === '–') node.classList.add('empty');
      row.append(node);
    });
    return row;
  });
  if (filled.length === 0) {
    const row = made('tr');
    const cell = made('td', 'none', nothing);
    cell.colSpan = columns.length;
    row.append(cell);
    filled.push(row);
  }
  element(id).replaceChildren(...filled);
}

const RANK = {bad: 0, warn: 1};
const rankOf = (cell) => RANK[cell.className] ?? 2;

// Rows whose state, the cell in this column, is bad come first; the others stay as they are.
const badFirst = (rows, column) => rows.map((row, i) => ({row, i}))
  .sort((a, b) => rankOf(a.row[column]) - rankOf(b.row[column]) || a.i - b.i).map(({row}) => row);

// Whether one of the texts has all of these words.
function matchesWords(words, texts) {
  const all = texts.filter(Boolean).join(' ').toLowerCase();
  return words.toLowerCase().split(/\s+/).every((word) => all.includes(word));
}
