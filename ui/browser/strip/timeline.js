// The hits over time: a bar a day, a month or a year. One drags over it, or goes by keys, to ask for that time.
import { element, svg } from "../elements.js";
import { counted } from "../numbers.js";
import { Asker, ended } from "../server.js";
import { between, bounds, heading, overlaps, slotsOf, spoken } from "./calendar.js";

const HIGH = 100; // of the drawing, whatever its pixels; a bar is as high as the root of its faces, or one feast hides all else
const LEAST = 4; // of a bar of which there is any face
const APART = 44; // CSS pixels between two headings

export class Timeline {
  constructor({ chosen, found }) {
    this.choose = chosen; // of a time, or null
    this.found = found;
    this.asker = new Asker();
    this.slots = [];
    this.bars = svg("path", { class: "fq-s-bars" });
    this.within = svg("path", { class: "fq-s-bars fq-s-within" });
    this.gaps = svg("path", { class: "fq-s-gaps" });
    this.drawing = svg("svg", { preserveAspectRatio: "none", "aria-hidden": "true" }, this.gaps, this.bars, this.within);
    this.brush = element("div", "fq-s-brush", { hidden: "" });
    this.axis = element("div", "fq-s-axis", { "aria-hidden": "true" });
    this.said = element("div", "fq-s-said", { role: "status" });
    this.plot = element("div", "fq-s-plot", {
      tabindex: "-1", role: "group", "aria-roledescription": "timeline",
      "aria-label": "When the faces were taken. Arrow keys go along, with Shift they widen, Enter asks, Escape takes it back.",
    }, this.drawing, this.brush);
    this.element = element("div", "fq-s-timeline", {}, this.plot, this.axis);
    this.listen();
    this.resized = new ResizeObserver(() => this.label());
    this.resized.observe(this.plot);
  }

  async show(query) {
    try {
      this.draw(await this.asker.ask("timeline", { q: query }));
    } catch (error) {
      if (ended(error)) return;
      this.draw({ unit: "month", bars: [], undated: 0, chosen: null });
      this.said.textContent = error.message;
    }
  }

  draw(found) {
    Object.assign(this, { unit: found.unit, time: found.chosen, undated: found.undated });
    this.slots = slotsOf(found.bars, found.unit);
    this.total = found.bars.reduce((sum, [, faces]) => sum + faces, 0);
    this.most = Math.max(1, ...found.bars.map(([, faces]) => faces));
    this.drawing.setAttribute("viewBox", `0 0 ${this.slots.length || 1} ${HIGH}`);
    this.span = this.time && this.spanOf(this.time);
    this.bars.setAttribute("d", this.path(() => true));
    this.gaps.setAttribute("d", this.slots.map((slot, at) => (slot ? "" : `M${at} ${HIGH}v${-HIGH}h1v${HIGH}z`)).join(""));
    this.mark(this.going ?? this.span); // whoever drags meanwhile goes on
    this.label();
    this.found(found);
  }

  path(wanted) {
    return this.slots.map((slot, at) => {
      if (!slot || !slot.faces || !wanted(at)) return "";
      const high = Math.max(LEAST, HIGH * Math.sqrt(slot.faces / this.most));
      return `M${at + 0.08} ${HIGH}v${-high}h0.84v${high}z`;
    }).join("");
  }

  // The places of the first and the last slot of a time; null where none is in it.
  spanOf(time) {
    const limits = bounds(time);
    const inside = this.slots.flatMap((slot, at) => (slot && overlaps(slot.date, limits) ? [at] : []));
    return inside.length ? [inside[0], inside.at(-1)] : null;
  }

  mark(span = this.span) {
    this.within.setAttribute("d", span ? this.path((at) => at >= span[0] && at <= span[1]) : "");
    this.element.classList.toggle("fq-s-some", Boolean(span));
    this.brush.hidden = !span;
    if (span) {
      this.brush.style.left = `${(100 * span[0]) / this.slots.length}%`;
      this.brush.style.width = `${(100 * (span[1] - span[0] + 1)) / this.slots.length}%`;
    }
    this.say(span);
  }

  say(span, time = span === this.span && this.time ? this.time : span && this.timeOf(span)) {
    const undated = this.undated ? `, ${this.undated.toLocaleString("en")} more without a date` : "";
    if (!span) {
      this.said.textContent = this.total ? `${counted(this.total, "face")} with a date${undated}` : `No face has a date${undated}`;
      return;
    }
    const faces = this.slots.slice(span[0], span[1] + 1).reduce((sum, slot) => sum + (slot?.faces ?? 0), 0);
    this.said.textContent = `${spoken(time)}: ${counted(faces, "face")}`;
  }

  label() {
    const wide = this.plot.clientWidth / (this.slots.length || 1);
    let before = null, free = 0;
    const headings = this.slots.flatMap((slot, at) => {
      if (!slot) { before = null; return []; }
      const text = heading(slot.date, this.unit, before);
      before = slot.date;
      if (!text || at * wide < free || at * wide > this.plot.clientWidth - APART / 2) return [];
      free = at * wide + APART;
      return [element("span", "", { style: `left:${(100 * at) / this.slots.length}%` }, text)];
    });
    this.axis.replaceChildren(...headings);
  }

  timeOf([first, last]) {
    const dates = this.slots.slice(first, last + 1).filter(Boolean).map((slot) => slot.date);
    return dates.length ? between(dates[0], dates.at(-1)) : null;
  }

  // Where a pointer is, on the next slot that is no gap.
  at(event) {
    const { left, width } = this.plot.getBoundingClientRect();
    const place = Math.floor(((event.clientX - left) / width) * this.slots.length);
    return this.real(Math.min(Math.max(place, 0), this.slots.length - 1), 1);
  }

  real(place, step) {
    let at = place;
    while (this.slots[at] === null) at += step;
    return this.slots[at] === undefined ? place : at;
  }

  listen() {
    this.plot.addEventListener("pointerdown", (event) => this.begin(event));
    this.plot.addEventListener("pointermove", (event) => this.move(event));
    this.plot.addEventListener("pointerup", (event) => this.release(event));
    this.plot.addEventListener("pointercancel", () => this.cancel());
    this.plot.addEventListener("pointerleave", () => { if (!this.anchored()) this.say(this.span); });
    this.plot.addEventListener("keydown", (event) => this.key(event));
    this.plot.addEventListener("blur", () => { if (this.going) this.cancel(); });
  }

  anchored() {
    return this.anchor !== undefined && this.anchor !== null;
  }

  begin(event) {
    if (!this.slots.length || event.button) return;
    this.plot.setPointerCapture(event.pointerId);
    const at = this.at(event);
    this.anchor = event.shiftKey && this.span ? this.span[0] : at;
    this.going = [Math.min(at, this.anchor), Math.max(at, this.anchor)];
    this.mark(this.going);
  }

  move(event) {
    if (!this.slots.length) return;
    const at = this.at(event);
    if (!this.anchored()) return this.say([at, at]);
    this.going = [Math.min(at, this.anchor), Math.max(at, this.anchor)];
    return this.mark(this.going);
  }

  release() {
    if (!this.anchored()) return;
    this.anchor = null;
    this.commit();
  }

  commit() {
    const span = this.going;
    this.going = null;
    if (!span) return;
    const time = this.timeOf(span);
    const again = time === this.time; // a click on what is chosen takes it back
    this.span = again ? null : span;
    this.time = again ? null : time;
    this.mark();
    this.choose(this.time);
  }

  cancel() {
    this.anchor = this.going = null;
    this.mark();
  }

  key(event) {
    const { key, shiftKey } = event;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (key === "ArrowUp") return this.left();
    if (!this.slots.length || (!step && !["Home", "End", "Enter", "Escape"].includes(key))) return;
    if (key === "Enter") this.commit();
    else if (key === "Escape") this.escape();
    else this.go(key, step, shiftKey);
    event.preventDefault();
    event.stopPropagation();
  }

  left() { // back to the buttons above
    this.element.closest(".fq-strip").querySelector(".fq-s-head [tabindex='0']")?.focus();
  }

  escape() {
    if (this.going) return this.cancel();
    if (this.time) this.choose(null);
    return null;
  }

  go(key, step, widen) {
    const last = this.slots.length - 1;
    const [first, end] = this.going ?? this.span ?? (step === 1 ? [-1, -1] : [last + 1, last + 1]);
    const from = step === -1 && !widen ? first : end;
    const to = key === "Home" ? 0 : key === "End" ? last : this.real(Math.min(Math.max(from + step, 0), last), step);
    this.going = widen ? [Math.min(first, to), Math.max(step === -1 ? Math.max(to, first) : end, to)] : [to, to];
    this.mark(this.going);
  }

  end() {
    this.asker.stop();
    this.resized.disconnect();
  }
}
