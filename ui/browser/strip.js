// The strip over the grid: when the hits were taken, and where. What is chosen there goes into the query.
import { element } from "./elements.js";
import { mounted } from "./mounted.js";
import { Toolbar } from "./toolbar.js";
import { When } from "./strip/when.js";
import { Where } from "./strip/where.js";

class Strip {
  constructor(parent) {
    const ask = (asked) => this.tell(asked);
    this.when = new When(ask);
    this.where = new Where(ask);
    this.head = element("div", "fq-s-head", { role: "group", "aria-label": "When and where" }, this.when.head, this.where.head);
    this.toolbar = new Toolbar(this.head);
    this.head.addEventListener("keydown", (event) => this.down(event));
    this.root = element("section", "fq-strip", { "aria-label": "When and where the faces were taken" }, this.head, this.when.body, this.where.body);
    parent.append(this.root);
  }

  show({ data, setTriggerValue }) {
    this.tell = (asked) => setTriggerValue("asked", asked);
    this.when.allow(data.dates);
    this.where.allow(data.places);
    const key = JSON.stringify([data.query, data.generation]);
    if (key === this.key) return;
    this.key = key;
    this.when.show(data.query);
    this.where.show(data.query);
  }

  down(event) { // from the buttons to the timeline, which is no stop of its own
    if (event.key !== "ArrowDown" || !this.when.open) return;
    event.preventDefault();
    this.when.line.plot.focus();
  }

  end() {
    this.when.end();
    this.where.end();
    this.root.remove();
  }
}

export const mount = mounted(Strip);
