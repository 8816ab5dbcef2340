// When the hits were taken: the timeline, what is chosen of it, and the calendar.
import { button, element } from "../elements.js";
import { remember, remembered } from "../remembered.js";
import { spoken } from "./calendar.js";
import { Jump } from "./jump.js";
import { Timeline } from "./timeline.js";

const OPEN = "fq-s-when";
const ROOMY = 640; // CSS pixels of a window: in a narrower one the timeline is folded at first

export class When {
  constructor(ask) {
    this.ask = ask;
    this.line = new Timeline({ chosen: (time) => this.choose(time), found: (found) => this.found(found) });
    this.jump = new Jump((time) => this.choose(time));
    this.fold = button("fq-s-fold", "When", {}, () => this.turn(!this.open));
    this.calendar = button("fq-s-chip", "Calendar", { "aria-haspopup": "dialog" }, () => this.jump.toggle(this.calendar));
    this.chosen = button("fq-s-chip fq-s-chosen", "", { hidden: "" }, () => this.choose(null));
    this.head = element("div", "fq-s-part", {}, this.fold, this.chosen, this.calendar, this.line.said);
    this.body = element("div", "fq-s-when", {}, this.line.element, this.jump.element);
    this.turn(remembered(OPEN, window.innerWidth >= ROOMY));
  }

  allow(any) {
    this.any = any;
    if (!any) this.head.hidden = this.body.hidden = true;
  }

  show(query) {
    if (!this.any) return;
    this.line.show(query);
    this.jump.show(query);
  }

  // One bar says nothing that a line would not: there is no time to choose from.
  found({ chosen, bars }) {
    this.head.hidden = this.body.hidden = !chosen && bars.length === 1;
    this.chosen.hidden = !chosen;
    this.chosen.textContent = chosen ? `${spoken(chosen)} ×` : "";
    this.chosen.setAttribute("aria-label", chosen ? `At any time, not only ${spoken(chosen)}` : "");
  }

  turn(open) {
    this.open = open;
    this.fold.setAttribute("aria-expanded", String(open));
    this.line.element.hidden = this.line.said.hidden = !open;
    remember(OPEN, open);
  }

  choose(time) {
    this.ask(time ? { what: "place", condition: `taken:${time}` } : { what: "drop", kind: "taken" });
  }

  end() {
    this.line.end();
    this.jump.end();
  }
}
