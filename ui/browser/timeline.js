// The strip over the grid: when the hits were taken. What is chosen there goes into the query.
import { button, element, remember, remembered, styled } from "./parts.js";
import { Jump } from "./strip/jump.js";
import { spoken } from "./strip/calendar.js";
import { Timeline } from "./strip/timeline.js";

const OPEN = "fq-timeline";
const shown = new WeakMap();

export function mount(component) {
  const parent = component.parentElement;
  if (!shown.has(parent)) shown.set(parent, new When(parent));
  shown.get(parent).show(component);
  return () => {
    shown.get(parent)?.end();
    shown.delete(parent);
  };
}

class When {
  constructor(parent) {
    styled(new URL("strip.css", import.meta.url).href);
    this.line = new Timeline({ chosen: (time) => this.choose(time), found: (found) => this.found(found) });
    this.jump = new Jump((time) => this.choose(time));
    this.title = button("fq-fold", "When", { "aria-expanded": "true" }, () => this.fold(!this.open));
    this.calendar = button("fq-chip", "Calendar", { "aria-haspopup": "dialog" }, () => this.jump.toggle(this.calendar));
    this.chosen = button("fq-chip fq-chosen", "", {}, () => this.choose(null));
    this.head = element("div", "fq-head", {}, this.title, this.chosen, this.calendar);
    this.root = element("section", "fq-strip", { "aria-label": "When", hidden: "" }, this.head, this.line.element, this.jump.element);
    parent.append(this.root);
    this.fold(remembered(OPEN, true));
  }

  show({ data, setTriggerValue }) {
    this.tell = (asked) => setTriggerValue("asked", asked);
    if (data.query === this.query && data.generation === this.generation) return;
    this.query = data.query;
    this.generation = data.generation;
    this.line.show(this.query);
    this.jump.show(this.query);
  }

  // Where no face has a date there is nothing to see.
  found({ bars, chosen }) {
    this.root.hidden = !bars.length && !chosen;
    this.chosen.hidden = !chosen;
    this.chosen.textContent = chosen ? `${spoken(chosen)} ×` : "";
    this.chosen.setAttribute("aria-label", chosen ? `At any time, not only ${spoken(chosen)}` : "");
  }

  fold(open) {
    this.open = open;
    this.title.setAttribute("aria-expanded", String(open));
    this.line.element.hidden = !open;
    remember(OPEN, open);
  }

  choose(time) {
    this.tell(time ? { what: "place", condition: `taken:${time}` } : { what: "drop", kind: "taken" });
  }

  end() {
    this.line.end();
    this.jump.end();
    this.root.remove();
  }
}
