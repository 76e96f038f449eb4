// SPDX-License-Identifier: Apache-2.0

const AT_ONCE = 8;
const HEX_ROW = 16;

/** All violations, one line for those of a run that are alike. A run is unpacked when one of its lines is opened. */
class Violations {
  constructor(sweep, show) {
    this.show = show;
    const alike = new Map();
    sweep.runs.forEach((run, index) => run.violations.forEach((violation, at) => {
      const key = JSON.stringify([index, violation.oracle, violation.message]);
      alike.set(key, alike.get(key) || { run, index, violation, places: [] });
      alike.get(key).places.push(at);
    }));
    this.lost = sweep.violations - sweep.runs.reduce((sum, run) => sum + run.violations.length, 0);
    this.groups = [...alike.values()];
    this.items = [];
  }

  draw() {
    byId('violations').hidden = !this.groups.length && !this.lost;
    this.list = make('div', {});
    this.more = make('button', { type: 'button', class: 'plain', onclick: () => this.add(10 * AT_ONCE) });
    refill(byId('violations'),
      make('div', { class: 'panel-head' }, make('h2', { id: 'violations-title' }, 'Violations'),
        make('span', { class: 'run-figures' }, 'open one for its shortest schedule, a test, and the page it changed')),
      this.list, this.more,
      this.lost ? make('p', { class: 'muted' }, 'and ' + count(this.lost) + ' that were counted, not kept') : '');
    this.add(AT_ONCE);
  }

  add(most) {
    this.groups.slice(this.items.length, this.items.length + most).forEach(group => {
      const item = this.item(group);
      this.items.push(item);
      this.list.append(item);
    });
    this.more.hidden = this.items.length === this.groups.length;
    this.more.textContent = 'Show ' + count(this.groups.length - this.items.length) + ' more';
  }

  item(group) {
    const { run, violation, places } = group;
    const body = make('div', { class: 'body' });
    const item = make('details', { class: 'violation' },
      make('summary', {},
        make('span', { class: 'oracle' }, violation.oracle),
        make('span', { class: 'message' }, violation.message,
          places.length > 1 ? make('b', { class: 'count' }, '×' + count(places.length)) : ''),
        make('span', { class: 'where' }, runName(run))),
      body);
    item.addEventListener('toggle', () => {
      if (item.open && !body.firstChild) {
        this.fill(group, body);
      }
    });
    return item;
  }

  /** Opens the one after that which is open. */
  next() {
    const item = this.items[(this.items.findIndex(each => each.open) + 1) % this.items.length];
    if (item) {
      this.items.forEach(each => {
        each.open = each === item;
      });
      item.querySelector('summary').focus();
    }
  }

  async fill({ index, places, violation }, body) {
    const part = (title, ...content) => make('div', {}, make('h3', {}, title), ...content);
    const shortest = violation.shrunk || violation.schedule;
    body.append(part(violation.shrunk ? 'Replay, shrunk' : 'Replay', command(replay(shortest))));
    if (shortest !== violation.schedule) {
      body.append(part('As it was found', command(replay(violation.schedule))));
    }
    if (violation.remark) {
      body.append(make('p', { class: 'muted' }, violation.remark));
    }
    const whole = (await unpack(index)).violations;
    const show = { type: 'button', class: 'plain', onclick: () => this.show(index, places[0]) };
    body.append(make('div', {}, make('button', show, 'Show what happened')));
    whole[places[0]].pages.forEach(page => body.append(
      part('Changed page: ' + words(page.region) + ' at 0x' + page.offset.toString(16), hexes(page))));
    if (whole[places[0]].junitTest) {
      body.append(part('A test that fails until it is mended',
        make('pre', { class: 'source', tabindex: '0' }, whole[places[0]].junitTest)));
    }
    if (places.length > 1) {
      body.append(part(count(places.length - 1) + ' more like it', make('pre', { class: 'source', tabindex: '0' },
        places.slice(1).map(at => whole[at].shrunk || whole[at].schedule).join('\n'))));
    }
  }
}

/** The rows that differ with one around them, before and after. */
function hexes(page) {
  const bytes = text => text.match(/../g) || [];
  const before = bytes(page.before);
  const after = bytes(page.after);
  const rows = Math.ceil(Math.max(before.length, after.length) / HEX_ROW);
  const differs = row => {
    const from = row * HEX_ROW;
    return before.slice(from, from + HEX_ROW).join() !== after.slice(from, from + HEX_ROW).join();
  };
  const kept = [...Array(rows).keys()].filter(row => differs(row) || differs(row - 1) || differs(row + 1));
  const dump = (title, mine, other) => {
    const text = make('pre', {});
    kept.forEach((row, i) => {
      if (i && kept[i - 1] !== row - 1) {
        text.append(make('span', { class: 'offset' }, '  ⋮\n'));
      }
      const offset = (page.offset + row * HEX_ROW).toString(16).padStart(6, '0');
      text.append(make('span', { class: 'offset' }, offset + '  '));
      for (let i = row * HEX_ROW; i < Math.min((row + 1) * HEX_ROW, mine.length); i++) {
        text.append(mine[i] === other[i] ? mine[i] : make('mark', {}, mine[i]), i % 8 === 7 ? '  ' : ' ');
      }
      text.append('\n');
    });
    return make('figure', {}, make('figcaption', { class: 'muted' }, title), text);
  };
  return kept.length ? make('div', { class: 'hex' }, dump('before', before, after), dump('after', after, before))
    : make('p', { class: 'muted' }, 'no byte differs');
}
