// How an attribute's probabilities lie among the hits, with the threshold as a handle. What each threshold would find came
// with the histogram, so nothing is asked while the handle moves; where it is let go, it becomes a condition.
import { button, element, svg } from "../elements.js";
import { counted } from "../numbers.js";
import { Asker, ended } from "../server.js";

const STEPS = 1000;
const BINS = 50;
const HIGH = 40;
const FINE = 1, COARSE = 10, PAGE = 100; // thousandths: an arrow with Shift, alone, Page Up and Down
const PATIENCE = 900; // ms after the last key

export class Histogram {
  constructor(name, ask) {
    this.name = name;
    this.ask = ask;
    this.asker = new Asker();
    this.rest = svg("path", { class: "fq-f-bars" });
    this.kept = svg("path", { class: "fq-f-bars fq-f-within" });
    const stretched = { viewBox: `0 0 ${BINS} ${HIGH}`, preserveAspectRatio: "none", "aria-hidden": "true" };
    const drawing = svg("svg", stretched, this.rest, this.kept);
    this.own = element("i", "fq-f-own", { title: "The model's own threshold" });
    this.handle = element("div", "fq-f-handle", { tabindex: "0", role: "slider", "aria-valuemin": "0", "aria-valuemax": "1" });
    this.plot = element("div", "fq-f-histogram", {}, drawing, this.own, this.handle);
    this.said = element("p", "fq-f-cut", { "aria-live": "polite" });
    this.side = button("fq-f-link", "", {}, () => this.turn());
    this.reset = button("fq-f-link", "Model's own", {}, () => this.ask({ what: "place", condition: this.name }));
    this.drop = button("fq-f-link", "Any", {}, () => this.ask({ what: "drop", kind: this.name }));
    this.element = element("div", "fq-f-distribution", {}, this.plot, this.said, element("p", "fq-f-links", {}, this.side, this.reset, this.drop));
    this.listen();
  }

  async show(row, { query, generation }) {
    this.label = row.label.replace(/[*†]$/, "");
    this.handle.setAttribute("aria-label", `Threshold of ${this.label}`);
    const key = JSON.stringify([query, generation]);
    if (key === this.key) return;
    this.key = key;
    try {
      this.draw(await this.asker.ask("histogram", { q: query, attribute: this.name }));
    } catch (error) {
      if (!ended(error)) this.said.textContent = error.message;
    }
  }

  draw(found) {
    this.found = found;
    const [compare, number] = found.chosen ?? [">=", null];
    this.below = compare.startsWith("<");
    this.exact = number === null ? null : number; // as the query says it; a handle that moved says it in thousandths
    this.isStandard = number === null;
    this.step = Math.round((number ?? found.standard.threshold) * STEPS);
    this.bins = Array.from({ length: BINS }, (_, at) => {
      const from = (at * STEPS) / BINS, to = ((at + 1) * STEPS) / BINS;
      return (at ? found.above[from] : found.total) - found.above[to];
    });
    this.own.style.left = `${100 * found.standard.threshold}%`;
    this.drop.hidden = !found.chosen;
    this.reset.hidden = number === null;
    this.mark();
  }

  mark() {
    const cut = (this.step * BINS) / STEPS, most = Math.max(1, ...this.bins);
    const path = (wanted) => this.bins.map((faces, at) => {
      const high = faces ? Math.max(1, HIGH * Math.sqrt(faces / most)) : 0;
      return high && wanted(at) ? `M${at + 0.06} ${HIGH}v${-high}h0.88v${high}z` : "";
    }).join("");
    const kept = (at) => (this.below ? at + 1 <= cut + 0.5 : at >= cut - 0.5);
    this.rest.setAttribute("d", path((at) => !kept(at)));
    this.kept.setAttribute("d", path(kept));
    this.handle.style.left = `${(100 * this.step) / STEPS}%`;
    this.side.textContent = this.below ? "Keep what is above" : "Keep what is below";
    const text = this.tell();
    this.said.textContent = text;
    this.handle.setAttribute("aria-valuenow", String(this.step / STEPS));
    this.handle.setAttribute("aria-valuetext", text);
  }

  // What this threshold finds, of how many, and how much of that should be right.
  tell() {
    const { faces, right } = this.at();
    const hope = faces ? `, about ${percent(right / faces)} right by the model` : "";
    return `${this.condition(true)}: ${counted(faces, "face")} of ${this.found.total.toLocaleString("en")}${hope}`;
  }

  at() {
    const { above, right_above, right_below, total, standard } = this.found;
    if (this.isStandard && !this.below) return standard;
    if (this.isStandard) return { faces: total - standard.faces, right: right_below[this.step] };
    if (this.below) return { faces: total - above[this.step], right: right_below[this.step] };
    return { faces: above[this.step], right: right_above[this.step] };
  }

  condition(spoken = false) {
    const name = spoken ? this.label : this.name;
    if (this.isStandard) return `${this.below ? "NOT " : ""}${name}`;
    return `${name} ${this.below ? "<=" : ">"} ${this.exact ?? this.step / STEPS}`;
  }

  move(step) {
    if (!this.found) return;
    this.step = Math.min(Math.max(Math.round(step), 0), STEPS);
    this.exact = null;
    this.isStandard = false;
    this.mark();
  }

  turn() {
    this.below = !this.below;
    this.mark();
    this.commit();
  }

  commit() {
    clearTimeout(this.waiting);
    this.waiting = null;
    if (this.found) this.ask({ what: "place", condition: this.condition() });
  }

  listen() {
    this.plot.addEventListener("pointerdown", (event) => {
      if (event.button || !this.found) return;
      this.plot.setPointerCapture(event.pointerId);
      this.going = true;
      this.handle.focus({ preventScroll: true });
      this.follow(event);
      event.preventDefault();
    });
    this.plot.addEventListener("pointermove", (event) => { if (this.going) this.follow(event); });
    this.plot.addEventListener("pointerup", () => {
      if (this.going) this.commit();
      this.going = false;
    });
    this.plot.addEventListener("pointercancel", () => { this.going = false; });
    this.handle.addEventListener("keydown", (event) => this.press(event));
    this.handle.addEventListener("blur", () => { if (this.waiting) this.commit(); });
  }

  // By hundredths: what a pointer can tell apart.
  follow(event) {
    const { left, width } = this.plot.getBoundingClientRect();
    this.move(Math.round((100 * (event.clientX - left)) / width) * COARSE);
  }

  press(event) {
    const far = event.shiftKey ? FINE : COARSE;
    const step = {
      ArrowLeft: -far, ArrowDown: -far, ArrowRight: far, ArrowUp: far, PageDown: -PAGE, PageUp: PAGE, Home: -STEPS, End: STEPS,
    }[event.key];
    if (event.key === "Enter") this.commit();
    else if (step) {
      this.move(this.step + step);
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.commit(), PATIENCE);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  end() {
    clearTimeout(this.waiting);
    this.asker.stop();
  }
}

function percent(share) {
  const rounded = Math.round(100 * share);
  return rounded === 100 && share < 1 ? "> 99 %" : `${rounded} %`;
}
