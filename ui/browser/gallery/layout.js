// Where each row of the grid lies, in CSS pixels. Browsers draw no element of more than some ten million pixels, so a
// very high grid is shown in a lower one, whose place is stretched over the whole.
export const GAP = 4;
const HIGHEST = 12_000_000;

export class Layout {
  constructor(width, size, total, view) {
    this.columns = Math.max(1, Math.floor((width + GAP) / (size + GAP)));
    this.tile = (width + GAP) / this.columns - GAP;
    this.row = this.tile + GAP;
    this.rows = Math.ceil(total / this.columns);
    this.real = Math.max(0, this.rows * this.row - GAP);
    this.height = Math.min(this.real, HIGHEST);
    const hidden = this.height - view;
    this.stretch = this.real > this.height && hidden > 0 ? (this.real - view) / hidden : 1;
  }

  top(offset) { // of the real grid, when one has scrolled so far
    return offset * this.stretch;
  }

  offset(top) { // the inverse
    return top / this.stretch;
  }

  place(row, offset) { // of a row in the grid that is shown
    return this.stretch === 1 ? row * this.row : row * this.row - this.top(offset) + offset;
  }

  rowOf(index) {
    return Math.floor(index / this.columns);
  }
}
