// SPDX-License-Identifier: Apache-2.0

/** What is looked at: a run, and in it a fault. The address keeps both, so that a link shows the same. */
class Page {
  constructor(sweep) {
    this.sweep = sweep;
    this.picker = new RunPicker(sweep, index => this.showRun(index));
    this.violations = new Violations(sweep, (index, at) => this.showViolation(index, at));
  }

  async start() {
    drawSummary(this.sweep);
    drawVacuity(this.sweep);
    this.violations.draw();
    if (!this.sweep.runs.length) {
      return;
    }
    const asked = new URLSearchParams(location.hash.slice(1));
    const violated = this.sweep.runs.findIndex(run => run.violations.length);
    const index = this.sweep.runs[asked.get('run')] ? Number(asked.get('run')) : Math.max(0, violated);
    await this.showRun(index);
    const squares = this.run.pairs ? this.run.pairs.squares : [];
    const cell = this.asked(asked)
      || [...this.run.cells, ...squares].find(each => OUTCOMES[each.outcome].glyph)
      || this.run.cells.find(each => each.timeline !== undefined && each.outcome === 'rolled_back')
      || this.run.cells.find(each => each.timeline !== undefined);
    if (cell) {
      this.showCell(cell);
    }
  }

  /** The fault that the address names. */
  asked(asked) {
    const [operation, first, second] = ['operation', 'first', 'second'].map(name => Number(asked.get(name) || NaN));
    return this.run.cells.find(each => each.operation === operation && each.variant === asked.get('fault'))
      || (this.run.pairs && this.run.pairs.squares.find(each => each.first === first && each.second === second));
  }

  async showRun(index) {
    if (this.run && this.run.index === index) {
      return;
    }
    this.run = await unpack(index);
    this.detail = undefined;
    byId('detail').hidden = true;
    const focused = document.activeElement && document.activeElement.dataset.run;
    this.picker.draw(index);
    if (focused !== undefined) {
      byId('runs').querySelector('[data-run="' + index + '"]').focus();
    }
    const { heat, pairs } = drawRun(this.run, this.sweep.runs.length === 1,
      (column, row) => this.pick(this.run.cellAt(column, row)),
      square => this.pick(square));
    this.heat = heat;
    this.pairs = pairs;
    this.remember({ run: index });
  }

  pick(cell) {
    if (cell) {
      this.showCell(cell);
      byId('detail').scrollIntoView({ block: 'nearest' });
    }
  }

  /** A cell, or a square of pairs. */
  showCell(cell) {
    if (cell.first === undefined) {
      this.heat.moveTo(this.run.column.get(cell.operation), this.run.rowOf(cell));
      this.remember({ run: this.run.index, operation: cell.operation, fault: cell.variant });
    } else {
      this.pairs.moveTo(cell.second, cell.first);
      this.remember({ run: this.run.index, first: cell.first, second: cell.second });
    }
    this.detail = new Detail(this.run, cell);
    this.detail.draw();
  }

  /** The cell where it was found; where none has its schedule, as with pairs, its timeline alone. */
  async showViolation(index, at) {
    await this.showRun(index);
    const violation = this.run.violations[at];
    const cell = this.run.cells.find(each => each.schedule === violation.schedule);
    if (cell) {
      this.showCell({ ...cell, timeline: violation.timeline === undefined ? cell.timeline : violation.timeline });
    } else {
      this.detail = new Detail(this.run, violation);
      this.detail.draw();
    }
    byId('detail').scrollIntoView({ block: 'start' });
  }

  remember(place) {
    history.replaceState(null, '', '#' + new URLSearchParams(place));
  }

  redraw() {
    [this.heat, this.pairs].forEach(grid => grid && grid.draw());
    if (this.detail && this.detail.timeline) {
      this.detail.drawLanes();
    }
  }
}

function startTheme(page) {
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const button = byId('theme');
  const show = theme => {
    root.dataset.theme = theme;
    button.textContent = theme === 'dark' ? 'Light' : 'Dark';
    button.setAttribute('aria-label', 'Switch to ' + (theme === 'dark' ? 'light' : 'dark'));
    page.redraw();
  };
  let printed;
  button.addEventListener('click', () => show(root.dataset.theme === 'dark' ? 'light' : 'dark'));
  system.addEventListener('change', () => show(system.matches ? 'dark' : 'light'));
  addEventListener('beforeprint', () => {
    printed = root.dataset.theme;
    show('light');
  });
  addEventListener('afterprint', () => show(printed));
  show(system.matches ? 'dark' : 'light');
}

const page = new Page(JSON.parse(byId('sweep').textContent));
startTheme(page);
let width = innerWidth;
addEventListener('resize', () => {
  if (innerWidth !== width) {
    width = innerWidth;
    page.redraw();
  }
});
addEventListener('keydown', event => {
  if (event.key === 'n' && !event.ctrlKey && !event.metaKey && !event.altKey) {
    page.violations.next();
  }
});
page.start().then(() => {
  document.documentElement.dataset.ready = 'true';
});
