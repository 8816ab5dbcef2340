// What the keys do, in a dialog.
import { WAYS } from "./cells.js";
import { element } from "./page.js";

const KEYS = [
  [["/"], "Write a question"],
  [["←", "→", "↑", "↓"], "Go from face to face"],
  [["Home", "End"], "The first and the last"],
  [["Page ↑", "Page ↓"], "A window further"],
  [["Enter"], "Open the photograph"],
  [["Space"], "Tick, or untick"],
  [["Shift", "arrows or click"], "Tick all up to there"],
  [["Ctrl", "A"], "Tick all hits"],
  [["Esc"], "Untick all"],
  [["?"], "These keys"],
];

export class Help {
  constructor() {
    this.element = element("dialog", "fq-help", { "aria-label": "Keys" });
    this.element.addEventListener("click", (event) => { if (event.target === this.element) this.element.close(); });
  }

  open(ways) {
    const table = element("dl", "fq-keys");
    for (const [keys, does] of [...KEYS, ...ways.map((way) => [[WAYS[way][1]], WAYS[way][0]])]) {
      const named = element("dt");
      named.append(...keys.map((key) => element("kbd", "", {}, key)));
      table.append(named, element("dd", "", {}, does));
    }
    const close = element("button", "fq-button", { type: "button" }, "Close");
    close.addEventListener("click", () => this.element.close());
    this.element.replaceChildren(element("h2", "", {}, "Keys"), table, close);
    if (!this.element.open) this.element.showModal();
  }
}
