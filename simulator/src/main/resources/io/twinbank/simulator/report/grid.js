// SPDX-License-Identifier: Apache-2.0

const GLYPH = 14;

/**
 * A grid of outcomes on a canvas that scrolls sideways and draws only what is seen, so that it may have any number of
 * columns. The arrows move a cursor over it, Enter picks. What the grid shows comes from `model`:
 *
 * columns, rows; at(column, row), an object with outcome and perhaps duplicate, or undefined; pick(column, row);
 * tell(column, row), lines for tip and readout; label, for who can't see it; rowHeight, or 0 for square cells;
 * headHeight, footHeight, drawHead(pen, grid), drawFoot(pen, grid, top); widest that fitting and largest that zooming
 * makes a column; shrinks, perhaps, if duplicates are smaller, not paler; scale(width), perhaps, the edges of columns of different widths that fit.
 */
class Grid {
  constructor(model, readout) {
    this.model = model;
    this.readout = readout;
    this.zoom = 0;
    this.cursor = undefined;
    this.dim = true;
    this.canvas = make('canvas', { tabindex: '0', role: 'application', 'aria-label': model.label });
    this.space = make('div', {}, this.canvas);
    this.element = make('div', { class: 'scroller' }, this.space);
    this.element.addEventListener('scroll', () => this.draw());
    this.canvas.addEventListener('pointermove', event => this.hover(event));
    this.canvas.addEventListener('pointerleave', () => this.leave());
    this.canvas.addEventListener('click', event => this.click(event));
    this.canvas.addEventListener('keydown', event => this.key(event));
  }

  /** Where columns begin, in pixels from the first; one more for where the last ends. */
  layOut() {
    const { columns, widest, scale } = this.model;
    const width = this.zoom || Math.min(this.fit, widest);
    this.edges = !this.zoom && scale ? scale(this.element.clientWidth)
      : Float64Array.from({ length: columns + 1 }, (none, column) => column * width);
  }

  /** How wide a column is if all are equal and fill the width. */
  get fit() {
    return this.element.clientWidth / this.model.columns;
  }

  widthOf(column) {
    return this.edges[column + 1] - this.edges[column];
  }

  get rowHeight() {
    return this.model.rowHeight || this.widthOf(0);
  }

  x(column) {
    return Math.round(this.edges[column] - this.element.scrollLeft);
  }

  y(row) {
    return Math.round(this.model.headHeight + row * this.rowHeight);
  }

  /** The column at a distance from the first. */
  columnAt(distance) {
    let low = 0;
    let high = this.model.columns;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.edges[middle + 1] > distance) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** The columns that are seen. */
  get first() {
    return Math.min(this.model.columns - 1, this.columnAt(this.element.scrollLeft));
  }

  get last() {
    return Math.min(this.model.columns, this.columnAt(this.element.scrollLeft + this.element.clientWidth) + 1);
  }

  seen(column) {
    return column >= this.first && column < this.last;
  }

  draw() {
    const { model } = this;
    const width = this.element.clientWidth;
    if (!width) {
      return;
    }
    this.layOut();
    const bottom = this.y(model.rows);
    this.space.style.width = Math.max(width, Math.floor(this.edges[model.columns])) + 'px';
    const pen = paper(this.canvas, width, bottom + model.footHeight);
    this.palette = Object.fromEntries(
      [...Object.keys(OUTCOMES), 'panel', 'ink', 'muted', 'bad', 'strong-line', 'warn-soft', 'sans', 'mono']
        .map(name => [name, colour(name)]));
    model.drawHead(pen, this);
    this.drawCells(pen);
    model.drawFoot(pen, this, bottom);
    this.drawCursor(pen);
  }

  /** Bad ones last: where cells are narrower than a pixel, they win. */
  drawCells(pen) {
    const bad = [];
    for (let row = 0; row < this.model.rows; row++) {
      for (let column = this.first; column < this.last; column++) {
        const cell = this.model.at(column, row);
        if (cell && OUTCOMES[cell.outcome].glyph) {
          bad.push([column, row, cell]);
        } else if (cell) {
          this.drawCell(pen, column, row, cell);
        }
      }
    }
    bad.forEach(([column, row, cell]) => this.drawCell(pen, column, row, cell));
    let marked = [-1, -GLYPH];
    bad.forEach(([column, row, cell]) => {
      const centre = this.centre(column);
      if (row !== marked[0] || centre - marked[1] >= GLYPH) {
        this.drawGlyph(pen, centre, (this.y(row) + this.y(row + 1)) / 2, cell.outcome);
        marked = [row, centre];
      }
    });
  }

  /** The middle of a column, where a glyph still fits. */
  centre(column) {
    const middle = (this.x(column) + this.x(column + 1)) / 2;
    return Math.min(Math.max(middle, GLYPH / 2 + 1), this.element.clientWidth - GLYPH / 2 - 1);
  }

  drawCell(pen, column, row, cell) {
    const left = this.x(column);
    const top = this.y(row);
    const gap = this.widthOf(column) >= 6 ? 1 : 0;
    const under = this.rowHeight >= 6 ? 1 : 0;
    const width = Math.max(1, this.x(column + 1) - left - gap);
    const height = Math.max(1, this.y(row + 1) - top - under);
    const repeated = this.dim && cell.duplicate;
    const smaller = repeated && this.model.shrinks ? 0.26 : 0;
    pen.globalAlpha = repeated && !smaller ? 0.45 : 1;
    pen.fillStyle = this.palette[cell.outcome];
    pen.fillRect(left + width * smaller, top + height * smaller, width * (1 - 2 * smaller), height * (1 - 2 * smaller));
    pen.globalAlpha = 1;
  }

  /** A bad outcome is seen even where its cell is a sliver. */
  drawGlyph(pen, x, y, outcome) {
    pen.beginPath();
    pen.roundRect(x - GLYPH / 2, y - GLYPH / 2, GLYPH, GLYPH, 3);
    pen.fillStyle = this.palette[outcome];
    pen.fill();
    pen.lineWidth = 1.5;
    pen.strokeStyle = this.palette.panel;
    pen.stroke();
    pen.fillStyle = this.palette.panel;
    pen.font = '700 12px ' + this.palette.sans;
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    pen.fillText(OUTCOMES[outcome].glyph, x, y + 0.5);
  }

  drawCursor(pen) {
    if (!this.cursor || !this.seen(this.cursor[0])) {
      return;
    }
    const [column, row] = this.cursor;
    const cell = this.model.at(column, row);
    const bad = cell && OUTCOMES[cell.outcome].glyph;
    const width = Math.max(bad ? GLYPH + 4 : 5, this.widthOf(column) + 1);
    const height = Math.max(bad ? GLYPH + 4 : 5, this.rowHeight + 1);
    const left = this.centre(column) - width / 2;
    const top = (this.y(row) + this.y(row + 1)) / 2 - height / 2;
    [[4.5, 'panel'], [2, 'ink']].forEach(([line, name]) => {
      pen.lineWidth = line;
      pen.strokeStyle = this.palette[name];
      pen.beginPath();
      pen.roundRect(left - 0.5, top - 0.5, width, height, 3);
      pen.stroke();
    });
  }

  /** Which cell is under a pointer. */
  under(event) {
    const box = this.canvas.getBoundingClientRect();
    const column = this.columnAt(event.clientX - box.left + this.element.scrollLeft);
    const row = Math.floor((event.clientY - box.top - this.model.headHeight) / this.rowHeight);
    const inside = column < this.model.columns && row < this.model.rows;
    return inside ? [column, Math.max(row, -1)] : undefined;
  }

  hover(event) {
    const at = this.under(event);
    if (at) {
      const [head, ...lines] = this.model.tell(...at);
      showTip(event, head, ...lines);
    } else {
      hideTip();
    }
  }

  leave() {
    hideTip();
  }

  click(event) {
    const at = this.under(event);
    if (at && at[1] >= 0 && this.model.at(...at)) {
      this.moveTo(...at);
      this.model.pick(...at);
    }
  }

  key(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (step) {
      const [column, row] = this.cursor || [0, 0];
      const far = event.shiftKey ? 10 : 1;
      this.moveTo(
        Math.min(this.model.columns - 1, Math.max(0, column + far * step[0])),
        Math.min(this.model.rows - 1, Math.max(0, row + step[1])));
    } else if (event.key === 'Home' || event.key === 'End') {
      this.moveTo(event.key === 'Home' ? 0 : this.model.columns - 1, this.cursor ? this.cursor[1] : 0);
    } else if ((event.key === 'Enter' || event.key === ' ') && this.cursor) {
      this.model.pick(...this.cursor);
    } else if (event.key === '+' || event.key === '=') {
      this.zoomBy(1.5);
    } else if (event.key === '-') {
      this.zoomBy(1 / 1.5);
    } else if (event.key === '0') {
      this.zoomBy(0);
    } else {
      return;
    }
    event.preventDefault();
  }

  /** Moves the cursor and keeps it in sight. */
  moveTo(column, row) {
    this.cursor = [column, row];
    const seen = this.element.clientWidth;
    const left = this.edges[column] - this.element.scrollLeft;
    if (left < 0 || left + this.widthOf(column) > seen) {
      this.element.scrollLeft += left - seen / 2;
    }
    const [head, ...lines] = this.model.tell(column, row);
    refill(this.readout, make('b', {}, head), ' ' + lines.join(', '));
    byId('said').textContent = this.readout.textContent;
    this.draw();
  }

  /** Makes columns wider or narrower about the cursor, down to where all fit into the width; 0 goes there at once. */
  zoomBy(factor) {
    const half = this.element.clientWidth / 2;
    const middle = this.cursor && this.seen(this.cursor[0]) ? this.cursor[0]
      : Math.min(this.model.columns - 1, this.columnAt(this.element.scrollLeft + half));
    const width = Math.min(this.model.largest, (this.zoom || this.fit) * factor);
    this.zoom = width > this.fit ? width : 0;
    this.draw();
    this.element.scrollLeft = this.edges[middle] - half;
    this.draw();
  }
}
