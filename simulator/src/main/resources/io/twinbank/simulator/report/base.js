// SPDX-License-Identifier: Apache-2.0
'use strict';

/** From the best to the worst, as the Java class Outcome has them. A bad one has a glyph, beside its colour. */
const OUTCOMES = {
  success: { label: 'committed' },
  resumed: { label: 'resumed' },
  rolled_back: { label: 'rolled back' },
  stayed: { label: 'stayed on old' },
  fail_closed: { label: 'failed closed' },
  rule_broken: { label: 'rule broken', glyph: '§' },
  lied: { label: 'wrong report', glyph: '!' },
  not_converged: { label: 'never at rest', glyph: '∞' },
  floor_violated: { label: 'floor violated', glyph: '↓' },
  wrong_image: { label: 'wrong image', glyph: '≠' },
  no_boot: { label: 'brick', glyph: '×' },
};

const VACUITY = {
  V1: 'Faults fired',
  V2: 'Baseline updates',
  V3: 'All operations hit',
  V4: 'All branches ran',
  V5: 'Both endings seen',
  'O-M1': 'Nothing grows',
};

const byId = id => document.getElementById(id);

/** Makes an element. Words only ever become text, so nothing in a report can become markup. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value !== false && value !== undefined) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.filter(child => child !== undefined && child !== ''));
  return element;
}

function refill(element, ...children) {
  element.replaceChildren(...children.filter(child => child !== undefined && child !== ''));
}

const count = number => number.toLocaleString('en-US', { maximumFractionDigits: 0 });
const short = number => number < 1000 ? String(number) : Math.floor(number / 1000) + 'k';
const many = (number, one) => count(number) + ' ' + one + (number === 1 ? '' : 's');

function duration(seconds) {
  if (seconds < 100) {
    return (seconds < 10 ? seconds.toFixed(2) : seconds.toFixed(1)) + ' s';
  }
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? minutes + ' min' : Math.floor(minutes / 60) + ' h ' + (minutes % 60) + ' min';
}

/** A constant as words: BANK_B is bank B. */
const words = constant => constant.toLowerCase().replaceAll('_', ' ').replace(/ .$/, last => last.toUpperCase());
const runName = run => run.profile + ' / ' + run.boot + ' / ' + run.scenario;
const modeName = run => run.mode + (run.depth > 1 ? ', depth ' + run.depth : '');
const replay = schedule => "otasim replay '" + schedule.replaceAll("'", "'\\''") + "'";

/** A colour of the present theme. */
const colour = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();

function swatch(id) {
  const square = make('span', { class: 'swatch', 'aria-hidden': 'true' }, OUTCOMES[id].glyph);
  square.style.background = 'var(--' + id + ')';
  return square;
}

/** A command with a button that copies it. */
function command(text) {
  const code = make('code', {}, text);
  const button = make('button', { type: 'button', class: 'plain' }, 'Copy');
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'Copied';
    } catch (refused) {
      getSelection().selectAllChildren(code);
      button.textContent = 'Selected';
    }
  });
  return make('div', { class: 'command' }, code, button);
}

/** A canvas that is sharp on any screen. */
function paper(canvas, width, height) {
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.style.width = width + 'px';
  canvas.style.height = height + 'px';
  const pen = canvas.getContext('2d');
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  return pen;
}

function showTip(event, head, ...lines) {
  const tip = byId('tip');
  refill(tip, make('b', {}, head), ...lines.map(line => make('div', {}, line)));
  tip.hidden = false;
  const right = event.clientX + 14 + tip.offsetWidth > innerWidth;
  const under = event.clientY + 18 + tip.offsetHeight > innerHeight;
  tip.style.left = (right ? event.clientX - tip.offsetWidth - 10 : event.clientX + 14) + 'px';
  tip.style.top = (under ? event.clientY - tip.offsetHeight - 10 : event.clientY + 18) + 'px';
}

function hideTip() {
  byId('tip').hidden = true;
}

/** Faults of a kind beside each other, kinds as they come, the smaller number first. */
function inOrder(variants) {
  const kind = variant => variant.split(/[:,]/)[0];
  const kinds = [...new Set(variants.map(kind))];
  return variants.sort((a, b) =>
    kinds.indexOf(kind(a)) - kinds.indexOf(kind(b)) || a.localeCompare(b, 'en', { numeric: true }));
}

/** Unpacks a run; the page holds many, and a person looks at few. */
async function unpack(index) {
  const packed = Uint8Array.from(atob(byId('run-' + index).textContent), letter => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  const run = await new Response(stream).json();
  run.index = index;
  run.column = new Map(run.baseline.map((operation, i) => [operation.number, i]));
  run.variants = inOrder([...new Set(run.cells.map(cell => cell.variant))]);
  run.parts = [...new Set(run.steps.map(step => step.part))].filter(part => part).sort();
  run.phases = [...new Set(run.steps.map(step => step.phase))];
  const row = new Map(run.variants.map((variant, i) => [variant, i]));
  run.grid = new Array(run.variants.length * run.baseline.length);
  run.cells.forEach(cell => {
    run.grid[row.get(cell.variant) * run.baseline.length + run.column.get(cell.operation)] = cell;
  });
  if (run.pairs) {
    run.pairs.squares.forEach(square => {
      square.duplicate = !square.pairs;
    });
  }
  run.stepOf = operation => run.steps[operation.step];
  run.cellAt = (column, variant) => run.grid[variant * run.baseline.length + column];
  run.rowOf = cell => row.get(cell.variant);
  return run;
}
