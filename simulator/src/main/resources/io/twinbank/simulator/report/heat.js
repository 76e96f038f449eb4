// SPDX-License-Identifier: Apache-2.0

const BAND = 18;
const PART = 10;
const ROW = 18;
const LOW_ROW = 12;
const MANY_ROWS = 28;
const AXIS = 22;
const ROUND = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000];

const phaseColour = (run, phase) => colour('phase-' + run.phases.indexOf(phase) % 7);

const rowHeight = run => run.variants.length > MANY_ROWS ? LOW_ROW : ROW;

/** Operations of a run as a score: a tint for the phase, and a dark square in the line of the part that is changed. */
function drawScore(pen, run, steps, top, x, first, last) {
  const ink = colour('muted');
  for (let i = first; i < last; i++) {
    pen.fillStyle = phaseColour(run, steps[i].phase);
    pen.fillRect(x(i), top, x(i + 1) - x(i), run.parts.length * PART);
  }
  pen.fillStyle = ink;
  for (let i = first; i < last; i++) {
    const width = x(i + 1) - x(i);
    const line = top + run.parts.indexOf(steps[i].part) * PART;
    pen.fillRect(x(i), line + 2, Math.max(1, width > 3 ? width - 1 : width), PART - 4);
  }
}

/** Names each phase over its operations, where there is room for it. */
function drawPhases(pen, run, steps, grid) {
  pen.font = '600 11px ' + grid.palette.sans;
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  for (let from = grid.first; from < grid.last;) {
    let to = from + 1;
    while (to < grid.last && steps[to].phase === steps[from].phase) {
      to++;
    }
    const left = Math.max(0, grid.x(from));
    const width = grid.x(to) - left;
    pen.fillStyle = phaseColour(run, steps[from].phase);
    pen.fillRect(left, 0, width - 1, BAND - 2);
    const name = words(steps[from].phase);
    if (pen.measureText(name).width + 10 < width) {
      pen.fillStyle = grid.palette.muted;
      pen.fillText(name, left + 5, BAND / 2 - 0.5);
    }
    from = to;
  }
}

/** Numbers under the columns, at steps that are round where columns are as wide as there. */
function drawNumbers(pen, grid, top, numberOf) {
  const stepAt = column => ROUND.find(step => step * grid.widthOf(column) > 42) || ROUND[ROUND.length - 1];
  let free = -Infinity;
  pen.font = '11px ' + grid.palette.mono;
  pen.textBaseline = 'top';
  pen.textAlign = 'center';
  for (let column = grid.first; column < grid.last; column++) {
    const number = numberOf(column);
    const middle = (grid.x(column) + grid.x(column + 1)) / 2;
    if (number % stepAt(column) === 0 && middle >= free) {
      free = middle + 38;
      pen.fillStyle = grid.palette['strong-line'];
      pen.fillRect(Math.round(middle), top, 1, 4);
      pen.fillStyle = grid.palette.muted;
      pen.fillText(count(number), middle, top + 7);
    }
  }
}

function tellOutcome(outcome) {
  return (OUTCOMES[outcome].glyph ? OUTCOMES[outcome].glyph + ' ' : '') + OUTCOMES[outcome].label;
}

/**
 * A download is hundreds of operations that are alike, a commit is ten that aren't. So each phase gets the width it
 * wants, the shortest first, and the long ones share what is left.
 */
function scaleByPhase(steps, widest, width) {
  const phases = [];
  steps.forEach((step, column) => {
    if (!column || steps[column - 1].phase !== step.phase) {
      phases.push({ from: column, columns: 0, label: 16 + 7.6 * step.phase.length });
    }
    phases[phases.length - 1].columns++;
  });
  let left = width;
  [...phases].map(phase => ({ phase, wants: Math.max(phase.columns * widest, phase.label) }))
    .sort((a, b) => a.wants - b.wants)
    .forEach(({ phase, wants }, done) => {
      phase.width = Math.min(wants, left / (phases.length - done));
      left -= phase.width;
    });
  const edges = new Float64Array(steps.length + 1);
  phases.forEach(phase => {
    for (let i = phase.from; i < phase.from + phase.columns; i++) {
      edges[i + 1] = edges[i] + phase.width / phase.columns;
    }
  });
  return edges;
}

/** What each fault at each operation came to. */
function heatModel(run, pick) {
  const steps = run.baseline.map(run.stepOf);
  const uncovered = new Set(run.uncoveredOperations);
  const head = BAND + run.parts.length * PART + 6;
  return {
    label: 'Heat map of ' + runName(run) + ': ' + many(steps.length, 'operation') + ' across, '
      + many(run.variants.length, 'fault') + ' down. Arrows move, Enter opens.',
    columns: steps.length,
    rows: run.variants.length,
    rowHeight: rowHeight(run),
    headHeight: head,
    footHeight: AXIS,
    widest: 18,
    largest: 28,
    scale: width => scaleByPhase(steps, 18, width),
    at: (column, row) => run.cellAt(column, row),
    pick,
    tell(column, row) {
      const step = steps[column];
      const cell = row >= 0 ? run.cellAt(column, row) : undefined;
      const place = 'operation ' + count(run.baseline[column].number) + ' in boot ' + run.baseline[column].boot + ', '
        + words(step.phase);
      const what = step.part + ' ' + step.name + (step.call ? ': ' + step.call : '');
      if (!cell) {
        const none = uncovered.has(run.baseline[column].number) ? ['got no fault'] : [];
        return [place, what, ...(row >= 0 && !none.length ? [run.variants[row] + ' does not apply'] : none)];
      }
      const rest = many(cell.boots, 'boot') + ' to rest' + (cell.duplicate ? ', seen before' : '');
      return [cell.variant + ': ' + tellOutcome(cell.outcome), place, what, rest];
    },
    drawHead(pen, grid) {
      drawPhases(pen, run, steps, grid);
      drawScore(pen, run, steps, BAND, i => grid.x(i), grid.first, grid.last);
      for (let column = grid.first; column < grid.last; column++) {
        if (uncovered.has(run.baseline[column].number)) {
          pen.fillStyle = grid.palette['warn-soft'];
          const width = Math.max(2, grid.x(column + 1) - grid.x(column) - 1);
          pen.fillRect(grid.x(column), head, width, run.variants.length * rowHeight(run));
        }
      }
    },
    drawFoot(pen, grid, bottom) {
      drawNumbers(pen, grid, bottom, column => run.baseline[column].number);
      for (let column = grid.first; column < grid.last; column++) {
        if (run.variants.some((variant, row) => (OUTCOMES[(run.cellAt(column, row) || {}).outcome] || {}).glyph)) {
          const middle = (grid.x(column) + grid.x(column + 1)) / 2;
          pen.fillStyle = grid.palette.bad;
          pen.fill(new Path2D('M' + middle + ' ' + bottom + 'l4 6h-8z'));
        }
        if (column && run.baseline[column].boot !== run.baseline[column - 1].boot) {
          pen.fillStyle = grid.palette.ink;
          pen.fillRect(grid.x(column) - 1, BAND - 2, 1, bottom - BAND + 2);
        }
      }
    },
  };
}

/** The names of parts and faults, left of the map. */
function gutter(run) {
  const line = (text, height, kind) => {
    const span = make('span', { class: kind, title: text }, text);
    span.style.height = height + 'px';
    span.style.lineHeight = height + 'px';
    return span;
  };
  const names = make('div', { class: 'gutter', 'aria-hidden': 'true' }, line('', BAND, ''));
  run.parts.forEach(part => names.append(line(words(part), PART, 'part')));
  names.append(line('', 6, ''));
  const kind = rowHeight(run) === LOW_ROW ? 'part' : '';
  run.variants.forEach(variant => names.append(line(variant, rowHeight(run), kind)));
  return names;
}

function tally(outcomes) {
  const sums = Object.fromEntries(Object.keys(OUTCOMES).map(id => [id, 0]));
  outcomes.forEach(outcome => sums[outcome]++);
  return sums;
}

/** Bad outcomes that there are none of are told in one line, so that nobody searches for them. */
function legend(outcomes, ...more) {
  const sums = tally(outcomes);
  const ids = Object.keys(OUTCOMES);
  const bad = ids.filter(id => OUTCOMES[id].glyph);
  const absent = bad.filter(id => !sums[id]);
  const items = ids.filter(id => sums[id]).map(id =>
    make('span', {}, swatch(id), OUTCOMES[id].label, make('span', { class: 'count' }, count(sums[id]))));
  const none = (absent.length === bad.length ? 'none bad: ' : 'no ') + absent.map(id => OUTCOMES[id].label).join(', ');
  return make('div', { class: 'legend' },
    ...items, absent.length ? make('span', { class: 'none' }, none) : '', ...more);
}

/** Chooses whether cells whose state was seen before look like it. */
function dimmer(cells, grid, label) {
  const repeats = cells.filter(cell => cell.duplicate).length;
  const dim = event => {
    grid.dim = event.target.checked;
    grid.draw();
  };
  return repeats ? make('label', {}, make('input', { type: 'checkbox', checked: true, onchange: dim }),
    label + ' (' + count(repeats) + ')') : '';
}

function zoomer(grid) {
  const zoom = (label, text, factor) =>
    make('button', { type: 'button', 'aria-label': label, onclick: () => grid.zoomBy(factor) }, text);
  return make('div', { class: 'segment end', role: 'group', 'aria-label': 'Zoom' },
    zoom('Zoom out', '−', 1 / 1.5), zoom('Fit into the width', 'Fit', 0), zoom('Zoom in', '+', 1.5));
}

/** The chosen run with its map, its pairs, or both; returns their grids. Of a run alone the page has told the facts. */
function drawRun(run, alone, pick, pickPair) {
  const hint = text => make('p', { class: 'readout' }, text);
  const heat = run.cells.length || !run.pairs
    ? new Grid(heatModel(run, pick), hint('Point at a square to read it; click it, or press Enter, for what happened.'))
    : undefined;
  const pairs = run.pairs ? pairsGrid(run, pickPair) : undefined;
  const figures = [['cuts', run.cuts], ['states considered', run.statesConsidered], ['distinct', run.distinctStates]];
  refill(byId('run'),
    make('div', { class: 'panel-head' },
      make('h2', { id: 'run-title' }, runName(run)),
      heat ? zoomer(heat) : '',
      make('p', { class: 'run-figures' }, modeName(run) + ', ',
        ...figures.flatMap(([label, number]) => [make('b', {}, count(number)), ' ' + label + ', ']),
        'closed to depth ', make('b', {}, String(run.depthClosed)), ', ', make('b', {}, duration(run.seconds)),
        ', undisturbed it ends ', make('b', {}, run.baselineEnding))),
    alone ? '' : make('ul', { class: 'facts', 'aria-label': 'Non-vacuity of this run' }, ...run.vacuity.map(fact =>
      make('li', { class: fact.holds ? '' : 'broken' }, (fact.holds ? '✓ ' : '✗ ') + fact.id + ' ' + fact.text))),
    ...heat ? [make('div', { class: 'heat' }, gutter(run), heat.element), heat.readout,
      legend(run.cells.map(cell => cell.outcome), dimmer(run.cells, heat, 'paler where the state was seen before'))] : [],
    ...pairs ? pairsView(run, pairs) : []);
  [heat, pairs].forEach(grid => grid && grid.draw());
  return { heat, pairs };
}
