// The bar over the grid: how many faces there are, how large they are drawn, and what can be done with the ticked.
import { button, element, icon } from "./page.js";

const KEPT = "fq-size"; // in the browser's own storage
const [SMALLEST, USUAL, LARGEST] = [72, 168, 400]; // CSS pixels of a face
const PHONE = 480; // pixels; three faces across a window that is no wider

export class Bar {
  constructor({ sized, all, none, help, tool }) {
    this.tool = tool;
    this.element = element("div", "fq-bar", { role: "group", "aria-label": "The grid" });
    this.title = element("strong", "fq-title");
    this.note = element("span", "fq-note");
    this.chosen = element("span", "fq-chosen", { role: "status" });
    this.tools = element("span", "fq-tools");
    this.none = element("button", "fq-button", { type: "button" }, "None");
    this.none.addEventListener("click", none);
    this.all = element("button", "fq-button fq-all", { type: "button", title: "Select all faces (Ctrl A)", hidden: "" }, "Select all");
    this.all.addEventListener("click", all);
    this.slider = element("input", "fq-size", {
      type: "range", min: SMALLEST, max: LARGEST, step: 8, "aria-label": "Size of the faces", title: "Size of the faces",
    });
    this.slider.value = this.size = kept() ?? (window.innerWidth <= PHONE ? Math.floor((window.innerWidth - 40) / 3) : USUAL);
    this.slider.addEventListener("input", () => sized(this.resized(Number(this.slider.value))));
    const ticked = element("div", "fq-ticked");
    ticked.append(this.chosen, this.tools, this.none);
    const looks = element("label", "fq-looks");
    looks.append(icon("small"), this.slider);
    this.element.append(this.title, this.note, this.all, ticked, looks, button("fq-icon", "Keys (?)", icon("help"), help));
  }

  resized(size) {
    this.size = size;
    try {
      localStorage.setItem(KEPT, size);
    } catch { /* a browser that keeps nothing */ }
    return size;
  }

  show({ title, note, tools }) {
    this.title.textContent = title;
    this.note.textContent = this.note.title = note;
    const made = JSON.stringify(tools);
    if (made === this.made) return;
    this.made = made;
    this.all.hidden = !tools.length;
    this.tools.replaceChildren(...tools.map(({ what, label }) => {
      const one = element("button", "fq-button fq-first", { type: "button", "data-what": what }, label);
      one.addEventListener("click", () => this.tool(what));
      return one;
    }));
  }

  total(total) {
    this.title.textContent = `${total.toLocaleString("en")} ${total === 1 ? "face" : "faces"}`;
  }

  ticked(count, fromBefore) {
    this.chosen.textContent = count ? `${count.toLocaleString("en")} selected${fromBefore ? ", also from before" : ""}` : "";
    this.element.classList.toggle("fq-some", count > 0);
  }

  height() { // of what covers the top of the grid when one has scrolled
    return this.element.offsetHeight + (parseFloat(getComputedStyle(this.element).top) || 0);
  }
}

function kept() {
  try {
    const size = Number(localStorage.getItem(KEPT));
    return size >= SMALLEST && size <= LARGEST ? size : null;
  } catch {
    return null;
  }
}
