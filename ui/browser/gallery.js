// The grid of faces: all hits of a question, of which only the rows in sight are in the page. Scrolling, ticking and
// looking happen here; Python hears of another question, and of what is to be done with the ticked faces.
import { element } from "./elements.js";
import { Bar } from "./gallery/bar.js";
import { Cells } from "./gallery/cells.js";
import { Grid, scrollerOf } from "./gallery/grid.js";
import { Help } from "./gallery/help.js";
import { Keys } from "./gallery/keys.js";
import { Source } from "./gallery/source.js";
import { Ticks } from "./gallery/ticks.js";
import { mounted } from "./mounted.js";
import { onQuestion } from "./question.js";

class Gallery {
  constructor(parent) {
    this.root = element("section", "fq-gallery", { "aria-label": "Faces" });
    this.ticks = new Ticks();
    this.source = new Source({ hits: [], total: 0 });
    this.help = new Help();
    this.bar = new Bar({
      sized: (size) => this.grid.resize(size),
      all: () => this.tickAll(),
      none: () => this.untick(),
      help: () => this.help.open(this.ways),
      link: (what) => this.tell({ what }),
      tool: (what) => this.tell({ what, ...this.ticks.said(this.source.total) }),
    });
    this.canvas = element("div", "fq-canvas", { role: "grid", "aria-label": "Faces", "aria-multiselectable": "true" });
    this.root.append(this.bar.element, this.canvas, this.help.element);
    parent.append(this.root);
    this.cells = new Cells(this);
    this.grid = new Grid(this.canvas, scrollerOf(parent), this.cells, this.bar);
    this.keys = new Keys(this);
    this.deaf = onQuestion((query) => this.ahead(query));
  }

  show({ data, setTriggerValue }) {
    this.query = null;
    this.tell = (asked) => setTriggerValue("asked", asked);
    if (this.waiting) this.tell(this.waiting);
    this.waiting = null;
    this.ways = data.ways;
    if (this.cleared !== data.cleared) this.ticks.clear();
    this.cleared = data.cleared;
    this.bar.show(data);
    this.take(data);
  }

  // The faces of a new query, from the server itself: Python comes to the same later, with all that belongs to them.
  // What is asked of it about them waits until then, since it would take it for the faces before.
  async ahead(query) {
    this.query = query;
    const data = await this.source.anew(query).catch(() => null); // Python will say why not
    if (!data || this.query !== query) return;
    this.tell = (asked) => { this.waiting = asked; };
    this.take(data);
    this.bar.total(this.source.total);
  }

  take(data) {
    const same = this.source.asks(data);
    if (!same || this.source.generation !== data.generation || data.query === null) {
      const before = this.source;
      this.source = new Source(data);
      this.source.came = () => this.grid.refill();
      this.source.moved = () => this.anew();
      before.end();
    }
    if (!same) this.ticks.another();
    this.grid.show(this.source.total, same);
    this.count();
  }

  anew() { // the library has changed while one scrolled: what the grid holds is asked for once more
    this.bar.total(this.source.total);
    this.grid.show(this.source.total, true);
    this.count();
  }

  async open(index) {
    (await this.viewer()).open(this.source, index);
  }

  async viewer() { // it comes when it is first wanted
    if (this.made === undefined) {
      const { Viewer } = await import("./viewer.js");
      this.made = new Viewer({
        asked: (what, face) => this.tell({ what, face }),
        isTicked: (face) => this.ticks.has(face),
        tick: (face) => this.tick(face),
        changed: () => { this.changed = true; },
        closed: (index) => this.closed(index),
      });
    }
    return this.made;
  }

  closed(index) {
    if (index >= 0) this.grid.focus(index);
    if (this.changed) this.tell({ what: "changed" });
    this.changed = false;
  }

  tick(face) {
    this.ticks.flip(face);
    this.count();
  }

  async tickTo(index) { // from where one ticked last up to here
    const from = Math.min(this.anchor ?? index, this.source.total - 1);
    this.ticks.add(await this.source.faces(Math.min(from, index), Math.max(from, index) + 1));
    this.count();
  }

  async tickAll() {
    if (this.source.isWhole) this.ticks.add(await this.source.faces(0, this.source.total));
    else this.ticks.everything();
    this.count();
  }

  untick() {
    this.ticks.clear();
    this.count();
  }

  count() {
    this.bar.ticked(this.ticks.count(this.source.total), this.ticks.fromBefore);
    this.root.classList.toggle("fq-ticking", this.ticks.count(this.source.total) > 0);
    this.cells.mark();
  }

  end() {
    this.deaf();
    this.keys.end();
    this.grid.end();
    this.source.end();
    if (this.made) this.made.close();
    this.root.remove();
  }
}

export const mount = mounted(Gallery);
