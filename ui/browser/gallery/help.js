// What the keys do, in a dialog.
import { button, element } from "../elements.js";
import { WAYS } from "./cells.js";

const KEYS = [
  [["/"], "Write a question"],
  [["←", "→", "↑", "↓"], "Go from face to face"],
  [["Home", "End"], "The first and the last"],
  [["Page ↑", "Page ↓"], "A window further"],
  [["Enter"], "Open the photograph"],
  [["Space", "x"], "Tick, or untick"],
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
    const all = [...KEYS, ...ways.map((way) => [[WAYS[way][1]], WAYS[way][0]])];
    const lines = all.flatMap(([keys, does]) => [
      element("dt", "", {}, ...keys.map((key) => element("kbd", "", {}, key))), element("dd", "", {}, does),
    ]);
    const close = button("fq-button", "Close", {}, () => this.element.close());
    this.element.replaceChildren(element("h2", "", {}, "Keys"), element("dl", "fq-keys", {}, ...lines), close);
    if (!this.element.open) this.element.showModal();
  }
}
