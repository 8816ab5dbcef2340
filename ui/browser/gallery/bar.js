// The bar over the grid: how many faces there are, how large they are drawn, and what can be done with the ticked.
import { button, element, named } from "../elements.js";
import { counted } from "../numbers.js";
import { remember, remembered } from "../remembered.js";
import { sign } from "../signs.js";
import { Toolbar } from "../toolbar.js";
import { GAP } from "./layout.js";

const KEPT = "fq-size"; // in the browser's own storage
const [SMALLEST, USUAL, LARGEST] = [72, 168, 400]; // CSS pixels of a face
const NARROW = 640; // pixels of a window, in which the note itself is folded too
const PHONE = 480; // pixels; three faces across a window that is no wider

export class Bar {
  constructor({ sized, all, none, help, tool, link }) {
    Object.assign(this, { tool, link });
    this.element = element("div", "fq-bar", { role: "group", "aria-label": "The grid" });
    this.title = element("strong", "fq-title");
    this.note = element("span", "fq-note");
    this.chosen = element("span", "fq-chosen", { role: "status" });
    this.tools = element("span", "fq-tools");
    this.none = button("fq-button", "None", {}, none);
    this.all = button("fq-button fq-all", "Select all", { title: "Select all faces (Ctrl A)", hidden: true }, all);
    this.slider = element("input", "fq-size", {
      type: "range", min: SMALLEST, max: LARGEST, step: 8, ...named("Size of the faces"),
    });
    this.slider.value = this.size = size();
    this.slider.addEventListener("input", () => sized(this.resized(Number(this.slider.value))));
    this.links = element("span", "fq-tools fq-links");
    this.told = element("ul", "fq-told", { id: "fq-told", hidden: "" });
    const folded = { "aria-controls": "fq-told", "aria-expanded": "false", hidden: true };
    this.notes = button("fq-button fq-notes", null, folded, () => this.unfold(this.told.hidden));
    const ticked = element("div", "fq-ticked", {}, this.chosen, this.tools, this.none);
    const looks = element("label", "fq-looks", {}, sign("small"), this.slider);
    const keys = button("fq-icon", sign("help"), named("Keys (?)"), help);
    this.element.append(this.title, this.note, this.notes, this.links, this.all, ticked, looks, keys, this.told);
    this.toolbar = new Toolbar(this.element);
  }

  resized(size) {
    this.size = size;
    remember(KEPT, size);
    return size;
  }

  show({ title, note, notes, links, tools }) {
    this.title.textContent = title;
    this.note.textContent = this.note.title = note;
    const made = JSON.stringify([tools, links, notes]);
    if (made === this.made) return;
    this.made = made;
    this.all.hidden = !tools.length;
    this.tools.replaceChildren(...tools.map((one) => this.pressing(one, "fq-button fq-first", this.tool)));
    this.links.replaceChildren(...links.map((one) => this.pressing(one, "fq-button", this.link)));
    this.notes.hidden = !notes.length && (!note || window.innerWidth > NARROW);
    this.notes.textContent = { 0: "About", 1: "1 note" }[notes.length] ?? `${notes.length} notes`;
    this.told.replaceChildren(...notes.map((one) => element("li", "", {}, one)));
    this.unfold(false);
  }

  pressing({ what, label }, name, pressed) {
    return button(name, label, { "data-what": what }, () => pressed(what));
  }

  unfold(open) { // what is to be known of the answer, in full
    this.told.hidden = !open;
    this.notes.setAttribute("aria-expanded", open);
    this.element.classList.toggle("fq-unfolded", open);
    this.toolbar.settle();
  }

  total(total) {
    this.title.textContent = counted(total, "face");
  }

  ticked(count, fromBefore) {
    this.chosen.textContent = count ? `${count.toLocaleString("en")} selected${fromBefore ? ", also from before" : ""}` : "";
    this.element.classList.toggle("fq-some", count > 0);
    this.toolbar.settle();
  }

  height() { // of what covers the top of the grid when one has scrolled
    return this.element.offsetHeight + (parseFloat(getComputedStyle(this.element).top) || 0);
  }
}

// Of a face: as it was chosen here before, else three across a telephone.
function size() {
  const kept = remembered(KEPT, null);
  if (kept >= SMALLEST && kept <= LARGEST) return kept;
  return window.innerWidth <= PHONE ? Math.floor((window.innerWidth - 40 - 2 * GAP) / 3) : USUAL;
}
