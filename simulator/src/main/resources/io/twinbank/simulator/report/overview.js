// SPDX-License-Identifier: Apache-2.0

function drawSummary(sweep) {
  document.title = (sweep.ok ? '✓ ' : '✗ ') + sweep.title;
  byId('title').textContent = sweep.title;
  const kind = sweep.violations ? 'bad' : sweep.ok ? 'good' : 'warn';
  const path = { good: 'M5 15l6 6 12-14', bad: 'M7 7l14 14M21 7L7 21', warn: 'M14 5v11M14 22v.1' }[kind];
  const disc = make('div', { class: 'disc', 'aria-hidden': 'true' });
  disc.innerHTML = '<svg viewBox="0 0 28 28"><path d="' + path + '"/></svg>';
  const verdict = byId('verdict');
  verdict.className = 'verdict ' + kind;
  refill(verdict, disc, make('div', {}, make('strong', {}, many(sweep.violations, 'violation')), remark(sweep)));
  drawFigures(sweep);
}

function remark({ runs, violations, ok }) {
  const violated = runs.filter(run => run.violationCount).length;
  const vacuous = runs.filter(run => !run.ok && !run.violationCount).length;
  if (!runs.length) {
    return 'but nothing ran';
  }
  if (!violations && !ok && !vacuous) {
    return 'but the sweep missed what it must reach';
  }
  if (!violations && !ok) {
    return 'but ' + many(vacuous, 'run') + (vacuous === 1 ? ' proves' : ' prove') + ' nothing';
  }
  if (runs.length === 1) {
    return 'in ' + runName(runs[0]);
  }
  return 'in ' + (violations ? many(violated, 'run') + ' of ' + count(runs.length) : many(runs.length, 'run'));
}

function drawFigures(sweep) {
  const depths = sweep.runs.map(run => run.depthClosed);
  const least = Math.min(...depths);
  const most = Math.max(...depths);
  const figure = (label, value, kind = '') =>
    make('div', { class: kind }, make('dt', {}, label), make('dd', {}, value));
  refill(byId('figures'),
    figure('cuts', count(sweep.cuts)),
    figure('distinct states', count(sweep.distinctStates)),
    figure('operations', count(sweep.operations)),
    figure('uncovered', count(sweep.uncovered), sweep.uncovered ? 'warn' : ''),
    figure('depth closed', depths.length ? least === most ? least : least + '–' + most : '–'),
    figure('duration', duration(sweep.seconds)),
    figure('cuts per second', count(sweep.cutsPerSecond)));
  const origin = (label, value) => make('div', {}, make('dt', {}, label), make('dd', {}, value));
  refill(byId('origin'),
    origin('seed', make('span', { class: 'mono' }, String(sweep.seed))),
    origin('build', sweep.build),
    origin('machine', sweep.machine),
    origin('command', make('span', { class: 'mono' }, sweep.command)));
}

/** The facts of non-vacuity: those of runs over all of them, and those of the sweep. */
function drawVacuity(sweep) {
  const facts = new Map();
  for (const run of sweep.runs) {
    for (const fact of run.vacuity) {
      const known = facts.get(fact.id) || { runs: 0, broken: [], text: fact.text };
      known.runs++;
      if (!fact.holds) {
        known.broken.push(run);
      }
      facts.set(fact.id, known);
    }
  }
  const box = (id, holds, text) => make('div', { class: 'fact' + (holds ? '' : ' broken') },
    make('b', {}, make('span', { class: 'mark', 'aria-hidden': 'true' }, holds ? '✓' : '✗'),
      id + ' ' + (VACUITY[id] || ''), make('span', { class: 'unseen' }, holds ? ' holds' : ' does not hold')),
    make('p', {}, text));
  const where = fact => sweep.runs.length === 1 ? fact.text
    : !fact.broken.length ? 'in all ' + many(fact.runs, 'run')
      : 'not in ' + fact.broken.slice(0, 2).map(runName).join('; ')
        + (fact.broken.length > 2 ? ' and ' + (fact.broken.length - 2) + ' more' : '');
  refill(byId('vacuity'),
    ...[...facts].map(([id, fact]) => box(id, !fact.broken.length, where(fact))),
    ...sweep.vacuity.map(fact => box(fact.id, fact.holds, fact.text)));
  byId('vacuity').hidden = !facts.size && !sweep.vacuity.length;
}

/** A matrix for each scenario: profiles down, boot models across. Only for the chosen mode. */
class RunPicker {
  constructor(sweep, pick) {
    this.sweep = sweep;
    this.pick = pick;
    this.modes = [...new Set(sweep.runs.map(modeName))];
    byId('runs').hidden = sweep.runs.length < 2;
  }

  draw(chosen) {
    this.chosen = chosen;
    const mode = modeName(this.sweep.runs[chosen]);
    const runs = this.sweep.runs.map((run, index) => ({ ...run, index })).filter(run => modeName(run) === mode);
    const modes = make('div', { class: 'segment end', role: 'group', 'aria-label': 'Mode' }, ...this.modes.map(name =>
      make('button', {
        type: 'button',
        'aria-pressed': String(name === mode),
        onclick: () => this.pick(this.sweep.runs.findIndex(run => modeName(run) === name)),
      }, name)));
    const counts = this.sweep.runs.reduce((sum, run) => {
      sum[this.result(run)]++;
      return sum;
    }, { held: 0, vacuous: 0, violated: 0 });
    const matrices = make('div', { class: 'matrices' }, ...[...new Set(runs.map(run => run.scenario))].map(
      scenario => this.matrix(scenario, runs.filter(run => run.scenario === scenario))));
    matrices.addEventListener('keydown', event => this.key(event));
    refill(byId('runs'),
      make('div', { class: 'panel-head' },
        make('h2', { id: 'runs-title' }, 'Runs'),
        make('span', { class: 'run-figures' }, make('b', {}, count(counts.held)), ' held, ',
          make('b', {}, count(counts.violated)), ' violated, ', make('b', {}, count(counts.vacuous)), ' prove nothing'),
        this.modes.length > 1 ? modes : ''),
      matrices);
  }

  result(run) {
    return run.ok ? 'held' : run.violationCount ? 'violated' : 'vacuous';
  }

  matrix(scenario, runs) {
    const boots = [...new Set(runs.map(run => run.boot))];
    const profiles = [...new Set(runs.map(run => run.profile))];
    return make('table', { class: 'matrix' },
      make('caption', {}, scenario),
      make('thead', {}, make('tr', {}, make('td'),
        ...boots.map(boot => make('th', { scope: 'col' }, make('span', {}, boot))))),
      make('tbody', {}, ...profiles.map(profile => make('tr', {},
        make('th', { scope: 'row' }, profile),
        ...boots.map(boot => make('td', {},
          this.button(runs.find(run => run.boot === boot && run.profile === profile))))))));
  }

  button(run) {
    if (!run) {
      return undefined;
    }
    const result = this.result(run);
    const found = result === 'violated' ? many(run.violationCount, 'violation')
      : result === 'vacuous' ? 'proves nothing' : 'held';
    const button = make('button', {
      type: 'button',
      class: result,
      'aria-pressed': String(run.index === this.chosen),
      'aria-label': runName(run) + ': ' + found,
      tabindex: run.index === this.chosen ? '0' : '-1',
      onclick: () => this.pick(run.index),
      onpointermove: event => showTip(event, runName(run), found + ', ' + many(run.cuts, 'cut') + ', '
        + many(run.distinctStates, 'distinct state') + ', ' + duration(run.seconds)),
      onpointerleave: hideTip,
    }, result === 'violated' ? short(run.violationCount) : result === 'vacuous' ? '?' : '');
    button.dataset.run = run.index;
    return button;
  }

  /** The arrows go from button to button, as on a board. */
  key(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step || event.target.dataset.run === undefined) {
      return;
    }
    event.preventDefault();
    const from = event.target.getBoundingClientRect();
    const away = button => {
      const box = button.getBoundingClientRect();
      const along = step[0] ? (box.left - from.left) * step[0] : (box.top - from.top) * step[1];
      const across = step[0] ? Math.abs(box.top - from.top) : Math.abs(box.left - from.left);
      return along > 1 ? along + 20 * across : Infinity;
    };
    const next = [...byId('runs').querySelectorAll('[data-run]')]
      .map(button => [away(button), button])
      .sort((a, b) => a[0] - b[0])[0];
    if (next[0] < Infinity) {
      next[1].focus();
    }
  }
}
