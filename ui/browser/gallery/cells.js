// One face in the grid: its picture, what stands on it, a box to tick it, and while one points at it the ways that lead
// from it to others.
import { button, element, named } from "../elements.js";
import { refusal, thumbnail } from "../server.js";
import { sign } from "../signs.js";

const SIZES = [96, 200, 320, 480]; // pixels, as the server has them (ui/endpoints/thumbnails.py)
export const WAYS = {
  similar: ["Faces like this one alone", "s"],
  person: ["The same person", "p"],
  like: ["More like this one, too", "m"],
  unlike: ["Less like this one", "M"],
};

export class Cells {
  constructor(gallery) {
    this.gallery = gallery;
    this.ways = element("div", "fq-ways");
    gallery.canvas.addEventListener("click", (event) => this.clicked(event));
    gallery.canvas.addEventListener("pointerover", (event) => this.pointed(event.target.closest(".fq-cell")));
    gallery.canvas.addEventListener("focusin", (event) => this.pointed(event.target.closest(".fq-cell")));
  }

  made(column) {
    const cell = element("div", "fq-cell", { role: "gridcell", "aria-colindex": column + 1, tabindex: "-1" });
    const picture = element("img", "fq-picture", { alt: "", loading: "eager", decoding: "async", draggable: "false" });
    picture.addEventListener("load", () => cell.classList.add("fq-there"));
    picture.addEventListener("error", () => this.missing(cell, picture));
    const tick = element("span", "fq-tick", { "aria-hidden": "true" }, sign("tick"));
    const foot = element("div", "fq-foot", {}, element("span", "fq-score"), element("span", "fq-name"));
    cell.append(picture, tick, foot);
    return cell;
  }

  fill(cell, index, loading) {
    cell.hidden = index === null;
    cell.index = index;
    const hit = index === null ? null : this.gallery.source.peek(index);
    if (cell.hit !== hit) this.name(cell, hit);
    if (loading && hit) this.load(cell, hit);
  }

  name(cell, hit) {
    const [picture, , foot] = cell.children;
    if (cell.hit?.face !== hit?.face || !hit) {
      cell.classList.remove("fq-there", "fq-missing");
      picture.removeAttribute("src");
      this.loaded(cell, null);
    }
    cell.hit = hit;
    const [score, name] = foot.children;
    score.textContent = hit?.score ?? "";
    name.textContent = hit?.photo_name ?? "";
    picture.alt = hit ? `Face ${hit.face}, ${hit.photo_name}` : "";
    cell.setAttribute("aria-label", hit ? [hit.photo_name, hit.score].filter(Boolean).join(", ") : "Not loaded yet");
    this.tickedness(cell);
  }

  load(cell, hit) {
    const pixels = this.gallery.grid.layout.tile * (window.devicePixelRatio || 1);
    const wanted = thumbnail(hit.face, SIZES.find((size) => size >= pixels) ?? SIZES.at(-1));
    if (cell.wanted === wanted) return;
    this.loaded(cell, wanted);
    cell.firstChild.src = wanted;
  }

  loaded(cell, wanted) {
    cell.wanted = wanted;
  }

  async missing(cell, picture) { // the server says why
    const { hit, wanted } = cell;
    if (!hit || picture.getAttribute("src") === null) return;
    const said = await refusal(wanted);
    if (cell.hit !== hit) return;
    cell.classList.add("fq-missing");
    if (said) cell.querySelector(".fq-name").textContent = `${hit.photo_name}: ${said}`;
  }

  want(from, to) {
    this.gallery.source.want(from, to);
  }

  mark() {
    for (const row of this.gallery.grid.rows.values()) for (const cell of row.children) this.tickedness(cell);
  }

  tickedness(cell) {
    const ticked = Boolean(cell.hit && this.gallery.ticks.has(cell.hit.face));
    cell.setAttribute("aria-selected", ticked);
  }

  pointed(cell) {
    if (!cell?.hit || this.ways.parentElement === cell) return;
    this.ways.replaceChildren(...this.gallery.ways.map((way) => {
      const [label, key] = WAYS[way];
      const asked = () => this.gallery.tell({ what: way, face: cell.hit.face });
      return button("fq-way", sign(way), { ...named(`${label} (${key})`), tabindex: "-1" }, asked);
    }));
    cell.append(this.ways);
  }

  clicked(event) {
    const cell = event.target.closest(".fq-cell");
    if (!cell?.hit || event.target.closest(".fq-ways")) return;
    const { grid } = this.gallery, { index, hit } = cell;
    grid.activate(index);
    cell.focus({ preventScroll: true });
    if (event.shiftKey) this.gallery.tickTo(index);
    else if (event.ctrlKey || event.metaKey || event.target.closest(".fq-tick")) {
      this.gallery.tick(hit.face);
    } else {
      this.gallery.open(index);
      return;
    }
    this.gallery.anchor = index;
  }
}
