// SPDX-License-Identifier: Apache-2.0

const KINDS = 250;
const KIND_NAME = 176;
const STRIP = 8;
const NARROWEST_NAME = 11;

/** What operations of a kind do. */
function kindName(step) {
  const call = step.part.startsWith('BANK') || !step.call ? words(step.part) : step.call;
  return (call + ' ' + step.name).trim();
}

/** Cuts a name to a width, for a pen's font. */
function fitName(pen, name, width) {
  let text = name;
  while (text.length > 4 && pen.measureText(text).width > width) {
    text = text.slice(0, -2) + '…';
  }
  return text;
}

/** Calls back for each stretch of kinds that are of one phase. */
function eachPhase(kinds, draw) {
  for (let from = 0; from < kinds.length;) {
    let to = from + 1;
    while (to < kinds.length && kinds[to].phase === kinds[from].phase) {
      to++;
    }
    draw(kinds[from].phase, from, to);
    from = to;
  }
}

/** The kinds of first cuts, down the left: phase, name, and the tint of the phase. */
function drawFirsts(run, kinds, canvas, grid) {
  const pen = paper(canvas, KINDS, grid.y(kinds.length));
  pen.textBaseline = 'middle';
  eachPhase(kinds, (phase, from, to) => {
    pen.fillStyle = phaseColour(run, phase);
    pen.fillRect(KINDS - STRIP, grid.y(from), STRIP, grid.y(to) - grid.y(from) - 1);
    pen.font = '600 11px ' + grid.palette.sans;
    pen.textAlign = 'left';
    pen.fillStyle = grid.palette.muted;
    pen.fillText(words(phase), 0, (grid.y(from) + grid.y(from + 1)) / 2);
    pen.font = '11px ' + grid.palette.mono;
    pen.textAlign = 'right';
    for (let row = from; row < to; row++) {
      const room = KINDS - STRIP - 8 - (row === from ? 84 : 0);
      pen.fillText(fitName(pen, kindName(kinds[row]), room), KINDS - STRIP - 6, (grid.y(row) + grid.y(row + 1)) / 2);
    }
  });
}

/** The kinds of second cuts, upright over the columns. */
function drawSeconds(kinds, pen, grid) {
  pen.font = '11px ' + grid.palette.mono;
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  for (let column = grid.first; column < grid.last && grid.widthOf(column) >= NARROWEST_NAME; column++) {
    pen.save();
    pen.translate((grid.x(column) + grid.x(column + 1)) / 2, BAND + KIND_NAME - 4);
    pen.rotate(-Math.PI / 2);
    pen.fillStyle = grid.palette.muted;
    pen.fillText(fitName(pen, kindName(kinds[column]), KIND_NAME - 8), 0, 0);
    pen.restore();
  }
}

/** What each pair of kinds came to, the worst of their pairs. */
function pairsModel(run, names, pick) {
  const rows = run.pairs.firsts.map(step => run.steps[step]);
  const columns = run.pairs.seconds.map(step => run.steps[step]);
  const squares = new Map(run.pairs.squares.map(square => [square.first * columns.length + square.second, square]));
  const at = (column, row) => squares.get(row * columns.length + column);
  return {
    label: 'Pairs of cuts of ' + runName(run) + ': ' + many(rows.length, 'kind') + ' of operations for the first cut down, '
      + count(columns.length) + ' for the second across. Arrows move, Enter opens.',
    columns: columns.length,
    rows: rows.length,
    rowHeight: rows.length > 2 * MANY_ROWS ? LOW_ROW : ROW,
    headHeight: BAND + KIND_NAME,
    footHeight: 2,
    widest: 26,
    largest: 40,
    shrinks: true,
    at,
    pick: (column, row) => pick(at(column, row)),
    tell(column, row) {
      const place = (which, step) => which + ' cut in ' + words(step.phase) + ': ' + kindName(step);
      if (row < 0) {
        return [place('second', columns[column])];
      }
      const square = at(column, row);
      const what = square ? tellOutcome(square.outcome) : 'nothing to cut here, or its states had been seen before';
      return [what, place('first', rows[row]), place('second', columns[column]), ...square ? [tellPairs(square)] : []];
    },
    drawHead(pen, grid) {
      drawPhases(pen, run, columns, grid);
      drawSeconds(columns, pen, grid);
      drawFirsts(run, rows, names, grid);
    },
    drawFoot(pen, grid, bottom) {
      pen.fillStyle = grid.palette['strong-line'];
      eachPhase(columns, (phase, from) => from && pen.fillRect(grid.x(from) - 1, BAND, 1, bottom - BAND));
      eachPhase(rows, (phase, from) => from && pen.fillRect(0, grid.y(from) - 1, grid.x(columns.length), 1));
    },
  };
}

const tellPairs = square => square.pairs ? many(square.pairs, 'pair') + (square.pairs > 1 ? ', this is the worst' : '')
  : 'all states seen before, one pair replayed';

function pairsGrid(run, pick) {
  const names = make('canvas', { 'aria-hidden': 'true' });
  const grid = new Grid(pairsModel(run, names, square => square && pick(square)), make('p', { class: 'readout' },
    'Point at a square to read it; click it, or press Enter, for what happened to one of its pairs.'));
  grid.names = names;
  return grid;
}

function pairsView(run, grid) {
  const { squares, firsts } = run.pairs;
  return [
    make('div', { class: 'panel-head pairs-head' },
      make('h2', {}, 'Pairs of cuts'),
      zoomer(grid),
      make('p', { class: 'run-figures' },
        'first cut from top to bottom, second from left to right, in the lives after it; operations that do the same in the '
        + 'same phase are one row or column, ', make('b', {}, count(run.baseline.length)), ' operations in ',
        make('b', {}, many(firsts.length, 'row')), '; a square shows the worst of its pairs')),
    make('div', { class: 'heat' }, grid.names, grid.element), grid.readout,
    legend(squares.map(square => square.outcome), dimmer(squares, grid, 'smaller where all states had been seen in other squares, and one pair was replayed')),
  ];
}
