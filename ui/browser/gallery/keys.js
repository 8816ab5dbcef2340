// What keys do in the grid, and the few that work everywhere on the page where nobody types.
import { WAYS } from "./cells.js";

const QUERY = ".fq-ask-query";

export class Keys {
  constructor(gallery) {
    this.gallery = gallery;
    this.inGrid = (event) => this.pressed(event);
    this.anywhere = (event) => this.pressedAnywhere(event);
    gallery.canvas.addEventListener("keydown", this.inGrid);
    document.addEventListener("keydown", this.anywhere);
  }

  pressed(event) {
    const { gallery } = this, { grid } = gallery;
    if (!grid.total || event.altKey || event.target.closest(".fq-ways")) return;
    const to = this.leads(event.key);
    if (to !== null && !event.metaKey) {
      if (event.shiftKey) gallery.anchor ??= grid.active;
      else gallery.anchor = null;
      grid.focus(Math.max(0, Math.min(grid.total - 1, to)));
      if (event.shiftKey) gallery.tickTo(grid.active);
    } else if (!this.does(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  leads(key) { // the place that a key leads to
    const { grid } = this.gallery, { active, total, page } = grid, { columns } = grid.layout;
    const down = active + columns < total || grid.layout.rowOf(active) === grid.layout.rows - 1;
    const steps = {
      ArrowLeft: active - 1, ArrowRight: active + 1, ArrowUp: active < columns ? active : active - columns,
      ArrowDown: active + columns < total ? active + columns : down ? active : total - 1,
      PageUp: active - page, PageDown: active + page, Home: 0, End: total - 1,
    };
    return steps[key] ?? null;
  }

  does({ key, shiftKey, ctrlKey, metaKey }) { // whether it means anything
    const { gallery } = this, { grid } = gallery, hit = gallery.source.peek(grid.active);
    if ((ctrlKey || metaKey) && key.toLowerCase() === "a") gallery.tickAll();
    else if (ctrlKey || metaKey) return false;
    else if (key === "Enter") gallery.open(grid.active);
    else if (key === " " && shiftKey) gallery.tickTo(grid.active);
    else if (key === " " || key === "x") {
      gallery.anchor = grid.active;
      if (hit) gallery.tick(hit.face);
    } else {
      const way = gallery.ways.find((one) => WAYS[one][1] === key);
      if (!way || !hit) return false;
      gallery.tell({ what: way, face: hit.face });
    }
    return true;
  }

  pressedAnywhere(event) {
    const { gallery } = this, { target, key } = event;
    if (event.defaultPrevented || event.altKey || isTyping(target) || target.closest("dialog, [role=dialog]")) return;
    const everything = (event.ctrlKey || event.metaKey) && key.toLowerCase() === "a";
    if (everything && target === document.body) gallery.tickAll();
    else if (event.ctrlKey || event.metaKey) return;
    else if (key === "/") this.query()?.focus();
    else if (key === "?") gallery.help.open(gallery.ways);
    else if (key === "Escape" && gallery.root.classList.contains("fq-ticking")) gallery.untick();
    else return;
    event.preventDefault();
  }

  query() {
    const found = document.querySelector(QUERY);
    found?.select?.();
    return found;
  }

  end() {
    document.removeEventListener("keydown", this.anywhere);
  }
}

function isTyping(target) {
  return target instanceof Element && target.closest("input:not([type=range]), textarea, select, [contenteditable=true]") !== null;
}
