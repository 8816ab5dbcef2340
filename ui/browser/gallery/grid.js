// The rows in sight, and no others: as one scrolls, rows that went out at one end come in at the other. One cell is the
// grid's Tab stop; its row stays in the page wherever one scrolls.
import { element } from "../elements.js";
import { Layout } from "./layout.js";

const BEYOND = 2; // rows drawn out of sight
const FAST = 4; // pixels a millisecond, from which on nothing is loaded until one is slower
const SETTLED = 90; // ms without scrolling

export class Grid {
  constructor(canvas, scroller, cells, bar) {
    Object.assign(this, { canvas, scroller, cells, bar, total: 0, active: 0, size: bar.size });
    this.rows = new Map();
    this.last = { at: 0, top: 0 };
    this.scrolled = () => this.hasScrolled();
    const target = scroller === document.scrollingElement ? window : scroller;
    target.addEventListener("scroll", this.scrolled, { passive: true });
    this.target = target;
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(canvas);
    this.observer.observe(scroller);
  }

  show(total, stay) {
    this.total = total;
    this.active = stay ? Math.min(this.active, Math.max(0, total - 1)) : 0;
    if (!stay && this.offset() > 0) this.scroll(0);
    this.lay();
  }

  resize(size = this.size) { // what was in sight stays in sight
    const width = this.canvas.clientWidth, view = this.scroller.clientHeight;
    if (!width || (size === this.size && width === this.width && view === this.view)) return;
    const first = this.layout ? Math.floor(this.layout.top(this.offset()) / this.layout.row) * this.layout.columns : 0;
    this.size = size;
    this.lay();
    if (first > 0) this.scroll(this.layout.offset(this.layout.rowOf(first) * this.layout.row));
    this.draw();
  }

  lay() {
    this.width = this.canvas.clientWidth;
    this.view = this.scroller.clientHeight;
    if (!this.width) return;
    this.layout = new Layout(this.width, Math.min(this.size, this.width), this.total, this.view);
    this.canvas.style.height = `${this.layout.height}px`;
    this.canvas.style.setProperty("--fq-tile", `${this.layout.tile}px`);
    this.canvas.setAttribute("aria-rowcount", this.layout.rows);
    this.canvas.setAttribute("aria-colcount", this.layout.columns);
    for (const row of this.rows.values()) row.remove();
    this.rows.clear();
    this.draw();
  }

  offset() { // how far the grid's top lies above the top of what one sees
    return this.scroller.getBoundingClientRect().top * (this.target === window ? 0 : 1) + this.bar.height() -
      this.canvas.getBoundingClientRect().top;
  }

  scroll(offset) {
    this.scroller.scrollTop += offset - this.offset();
  }

  hasScrolled() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
    });
  }

  draw() {
    if (!this.layout || !this.total) return;
    const { layout } = this, offset = Math.min(Math.max(0, this.offset()), layout.height), top = layout.top(offset);
    const from = Math.max(0, Math.floor(top / layout.row) - BEYOND);
    const to = Math.min(layout.rows, Math.ceil((top + this.view) / layout.row) + BEYOND);
    this.loading = !this.isFast(top);
    this.recycle(from, to, offset);
    if (this.loading) this.cells.want(from * layout.columns, Math.min(this.total, to * layout.columns));
  }

  isFast(top) {
    const now = performance.now(), { at, top: before } = this.last;
    this.last = { at: now, top };
    clearTimeout(this.settling);
    const fast = now > at && Math.abs(top - before) / (now - at) > FAST;
    if (fast) this.settling = setTimeout(() => { this.draw(); this.refill(); }, SETTLED);
    return fast;
  }

  recycle(from, to, offset) {
    const wanted = new Set();
    for (let row = from; row < to; row++) wanted.add(row);
    if (this.canvas.contains(document.activeElement)) wanted.add(this.layout.rowOf(this.active));
    const free = [];
    for (const [row, made] of this.rows) if (!wanted.has(row)) { free.push(made); this.rows.delete(row); }
    for (const row of wanted) {
      if (!this.rows.has(row)) this.rows.set(row, this.fill(free.pop() ?? this.made(), row));
      const place = `translateY(${this.layout.place(row, offset)}px)`;
      if (this.rows.get(row).style.transform !== place) this.rows.get(row).style.transform = place;
    }
    for (const made of free) made.remove();
  }

  made() {
    const row = element("div", "fq-row", { role: "row" });
    for (let column = 0; column < this.layout.columns; column++) row.append(this.cells.made(column));
    this.canvas.append(row);
    return row;
  }

  fill(made, row) {
    made.setAttribute("aria-rowindex", row + 1);
    [...made.children].forEach((cell, column) => {
      const index = row * this.layout.columns + column;
      this.cells.fill(cell, index < this.total ? index : null, this.loading);
      cell.tabIndex = index === this.active ? 0 : -1;
    });
    return made;
  }

  refill() { // what was not here yet, or too fast to load
    for (const [row, made] of this.rows) this.fill(made, row);
  }

  cell(index) {
    return this.rows.get(this.layout.rowOf(index))?.children[index % this.layout.columns];
  }

  activate(index) { // the one that Tab leads to
    const before = this.cell(this.active);
    if (before) before.tabIndex = -1;
    this.active = index;
    const now = this.cell(index);
    if (now) now.tabIndex = 0;
  }

  focus(index) {
    this.reveal(index);
    this.activate(index);
    this.cell(index)?.focus({ preventScroll: true });
  }

  reveal(index) {
    const { layout } = this, begin = layout.rowOf(index) * layout.row, top = layout.top(this.offset());
    const space = this.view - this.bar.height();
    if (begin < top) this.scroll(layout.offset(begin));
    else if (begin + layout.row > top + space) this.scroll(layout.offset(begin + layout.row - space));
    this.draw();
  }

  get page() { // how many hits one sees at once
    return Math.max(1, Math.floor((this.view - this.bar.height()) / this.layout.row)) * this.layout.columns;
  }

  end() {
    this.observer.disconnect();
    this.target.removeEventListener("scroll", this.scrolled);
    cancelAnimationFrame(this.frame);
    clearTimeout(this.settling);
  }
}

// What scrolls when one scrolls over an element.
export function scrollerOf(start) {
  for (let one = start.parentElement; one; one = one.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(one).overflowY)) return one;
  }
  return document.scrollingElement;
}
