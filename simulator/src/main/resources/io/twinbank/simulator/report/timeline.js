// SPDX-License-Identifier: Apache-2.0

const BLOCKS = { '.': 'erased', o: 'old', n: 'new', t: 'torn', x: 'other' };
const MOST_BLOCKS = 384;
/** Of several blocks in one square the first of these is shown. */
const PROMINENT = 'txno.';

/** The chosen fault, a cell or a violation that has none: what it was, how to see it again, and what the board did. */
class Detail {
  constructor(run, cell) {
    this.run = run;
    this.cell = cell;
    this.timeline = cell.timeline === undefined ? undefined : run.timelines[cell.timeline];
    const boots = this.timeline ? this.timeline.boots : [];
    this.boot = Math.max(0, boots.map(boot => boot.ending).lastIndexOf('CUT'));
  }

  draw() {
    const { run, cell } = this;
    const panel = byId('detail');
    panel.hidden = false;
    const left = make('div', {}, this.head(), command(replay(cell.schedule)));
    if (!this.timeline) {
      left.append(make('p', { class: 'muted' }, 'No timeline was kept for this one: the command above prints it.'));
      refill(panel, left);
      return;
    }
    this.readout = make('p', { class: 'readout' });
    this.lanes = make('div', { class: 'lanes', role: 'group', 'aria-label': 'Boots' });
    this.states = make('div', { class: 'states' });
    left.append(this.lanes, this.readout);
    refill(panel, make('div', { class: 'split' }, left, this.states));
    this.drawLanes();
    this.drawStates();
    this.tellStep(this.boot, this.timeline.boots[this.boot].steps.length - 1);
  }

  head() {
    const { run, cell } = this;
    if (!cell.outcome) {
      return make('div', { class: 'panel-head' },
        make('span', { class: 'oracle' }, cell.oracle), make('span', {}, cell.message));
    }
    const term = (label, value, kind = '') =>
      make('div', {}, make('dt', {}, label), make('dd', { class: kind }, value));
    if (cell.first !== undefined) {
      const [first, second] = [run.pairs.firsts[cell.first], run.pairs.seconds[cell.second]].map(step => run.steps[step]);
      return make('div', {},
        make('div', { class: 'panel-head' },
          make('span', { class: 'chip', id: 'detail-outcome' }, swatch(cell.outcome), OUTCOMES[cell.outcome].label),
          make('span', {}, 'pair of cuts'),
          make('span', { class: 'muted' }, tellPairs(cell))),
        make('dl', { class: 'terms' },
          term('first cut', words(first.phase) + ', ' + kindName(first)),
          term('second cut', words(second.phase) + ', ' + kindName(second))));
    }
    const operation = run.baseline[run.column.get(cell.operation)];
    const title = make('div', { class: 'panel-head' },
      make('span', { class: 'chip', id: 'detail-outcome' }, swatch(cell.outcome), OUTCOMES[cell.outcome].label),
      make('span', {}, 'operation ' + count(cell.operation) + ', ' + cell.variant),
      make('span', { class: 'muted' }, many(cell.boots, 'boot') + ' to rest'
        + (cell.duplicate ? ', the same state was seen before' : '')));
    const step = run.stepOf(operation);
    const terms = make('dl', { class: 'terms' },
      term('phase', words(step.phase)),
      term('changes', words(step.part) + ', ' + step.name),
      term('call', step.call || '–', 'mono'),
      term('source', step.source || 'the boot loader', 'mono'));
    return make('div', {}, title, terms);
  }

  drawLanes() {
    const boots = this.timeline.boots;
    refill(this.lanes, ...boots.map((boot, index) => this.lane(boot, index)));
    const room = Math.max(120, this.lanes.clientWidth - 132 - 76 - 40);
    const most = Math.max(1, ...boots.map(boot => boot.steps.length));
    this.width = Math.min(8, room / most);
    [...this.lanes.querySelectorAll('canvas')].forEach((canvas, index) => this.score(canvas, boots[index], room));
  }

  lane(boot, index) {
    const canvas = make('canvas', { 'aria-hidden': 'true' });
    canvas.addEventListener('pointermove', event => {
      const step = Math.floor((event.clientX - canvas.getBoundingClientRect().left) / this.width);
      if (step < boot.steps.length) {
        this.tellStep(index, step);
      }
    });
    const parts = make('span', { class: 'gutter' }, ...this.run.parts.map(part => {
      const line = make('span', { class: 'part' }, words(part));
      line.style.height = line.style.lineHeight = PART + 'px';
      return line;
    }));
    return make('button', {
      type: 'button',
      class: 'lane',
      'aria-pressed': String(index === this.boot),
      onclick: () => {
        this.boot = index;
        [...this.lanes.children].forEach((lane, i) => lane.setAttribute('aria-pressed', String(i === index)));
        this.drawStates();
        this.tellStep(index, boot.steps.length - 1);
      },
    },
    make('span', { class: 'who' },
      make('b', {}, 'Boot ' + boot.number), ' ' + words(boot.cause), make('br'),
      make('span', { class: 'bank' + (boot.bank ? '' : ' none') },
        boot.bank ? boot.bank + ' ' + boot.image : 'no image')),
    parts, canvas,
    make('span', { class: 'end ' + boot.ending.toLowerCase() },
      (boot.bank ? '' : boot.image + ': ') + boot.ended));
  }

  score(canvas, boot, room) {
    const height = this.run.parts.length * PART;
    const steps = boot.steps.map(step => this.run.steps[step]);
    const pen = paper(canvas, room + 16, height);
    const x = i => Math.round(i * this.width);
    drawScore(pen, this.run, steps, 0, x, 0, steps.length);
    const end = x(steps.length);
    pen.fillStyle = colour(boot.ending === 'CUT' || boot.ending === 'STUCK' ? 'bad' : 'muted');
    pen.fillRect(end, 0, 2, height);
    pen.save();
    pen.translate(end + 4, height / 2 - 6);
    pen.fill(new Path2D({
      CUT: 'M5 0L0 7h3.4L2.4 12 8 4.6H4.6L6.4 0z',
      WATCHDOG: 'M0 0l8 6-8 6z',
      RESET: 'M0 0l8 6-8 6z',
      REST: 'M0 1h10v10H0z',
      STUCK: 'M1.5 0L5 3.6 8.5 0 10 1.5 6.4 5 10 8.5 8.5 10 5 6.4 1.5 10 0 8.5 3.6 5 0 1.5z',
    }[boot.ending]));
    pen.restore();
  }

  tellStep(index, number) {
    const boot = this.timeline.boots[index];
    const step = this.run.steps[boot.steps[number]];
    if (!step) {
      refill(this.readout, make('b', {}, 'Boot ' + boot.number), ' did nothing durable.');
      return;
    }
    const cut = boot.ending === 'CUT' && number === boot.steps.length - 1;
    refill(this.readout,
      make('b', {}, (cut ? 'Cut in operation ' : 'Operation ') + count(boot.firstOperation + number)),
      ' in boot ' + boot.number + ', ' + words(step.phase) + ': ' + words(step.part) + ' ' + step.name
        + (step.call ? ', ' + step.call : '') + (step.source ? ', ' : ''),
      step.source ? make('span', { class: 'mono' }, step.source) : '');
  }

  drawStates() {
    const boot = this.timeline.boots[this.boot];
    const before = this.run.snapshots[boot.before];
    const after = this.run.snapshots[boot.after];
    const used = new Set([before, after].flatMap(state => state.regions.flatMap(region => [...region.blocks])));
    refill(this.states,
      make('h3', {}, 'Before boot ' + boot.number),
      make('h3', {}, 'After boot ' + boot.number + ': ' + boot.ended),
      this.flash(before), this.flash(after, before),
      make('div', { class: 'block-legend' },
        ...[...'.ontx'].filter(letter => used.has(letter)).map(letter =>
          make('span', {}, make('i', { class: 'block ' + BLOCKS[letter] }), BLOCKS[letter])),
        make('span', {}, make('i', { class: 'block changed' }), 'changed in this boot')),
      this.records(before), this.records(after, before));
  }

  flash(state, before) {
    const map = make('div', { class: 'flash' });
    state.regions.forEach((region, index) => {
      const each = Math.ceil(region.blocks.length / MOST_BLOCKS);
      const old = before && before.regions[index] ? before.regions[index].blocks : region.blocks;
      const squares = make('div', { class: 'blocks', role: 'img', 'aria-label': region.name + ' ' + region.blocks });
      for (let i = 0; i < region.blocks.length; i += each) {
        const here = region.blocks.slice(i, i + each);
        const kind = BLOCKS[[...PROMINENT].find(letter => here.includes(letter))];
        squares.append(make('i', {
          class: 'block ' + kind + (here === old.slice(i, i + each) ? '' : ' changed'),
          title: region.name + ' block ' + i + ' at 0x' + (i * region.blockBytes).toString(16) + ': ' + kind,
        }));
      }
      map.append(make('span', { class: 'name' }, words(region.name) + (each > 1 ? ' ×' + each : '')), squares);
    });
    return map;
  }

  records(state, before) {
    return make('table', { class: 'records' }, make('tbody', {}, ...state.records.map((record, index) => {
      const changed = before && (!before.records[index] || before.records[index].text !== record.text);
      return make('tr', { class: (changed ? 'changed ' : '') + (record.readable ? '' : 'unreadable') },
        make('th', { scope: 'row' }, record.name),
        make('td', {}, (record.readable ? '' : '✗ ') + record.text));
    })));
  }
}
