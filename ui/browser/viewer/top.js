// The bar above the stage and the arrows beside it: which hit it is, and what can be done with it at once.
import { button, element, named } from "../elements.js";
import { sign } from "../signs.js";

const MOUSE = "fq-v-button fq-v-for-mouse"; // fingers have no use for it

export class Top {
  /** `does` are the viewer's own: close, step(by), zoom(factor), frames, help, tick and panel. */
  constructor(does) {
    this.count = element("span", "fq-v-count", { role: "status" });
    this.score = element("span", "fq-v-score", { title: "How sure, or how alike" });
    this.name = element("span", "fq-v-name");
    this.framing = tool("fq-v-button", "Frames around faces (b)", "frames", does.frames);
    this.framed(true);
    this.tick = tool("fq-v-button fq-v-tick", "Tick this face (x)", "ring", does.tick);
    this.panel = tool(MOUSE, "All about it (i)", "panel", () => does.panel());
    this.raised(true);
    this.element = element(
      "header", "fq-v-top", {},
      tool("fq-v-button", "Back to the gallery (Esc)", "close", does.close),
      this.count, this.score, this.name, element("span", "fq-v-room"),
      tool(MOUSE, "Smaller (−)", "smaller", () => does.zoom(1 / 1.5)),
      tool(MOUSE, "Larger (+)", "bigger", () => does.zoom(1.5)),
      this.framing,
      tool(MOUSE, "Keys (?)", "keys", () => does.help()),
      this.tick, this.panel,
    );
    this.before = tool("fq-v-button fq-v-turn fq-v-before", "The one before (←)", "back", () => does.step(-1));
    this.next = tool("fq-v-button fq-v-turn fq-v-next", "The next one (→)", "on", () => does.step(1));
  }

  /** At a hit of so many, of which no more is known yet. */
  begin(index, total) {
    this.count.textContent = `${(index + 1).toLocaleString("en")} of ${total.toLocaleString("en")}`;
    this.before.disabled = index === 0;
    this.next.disabled = index + 1 >= total;
  }

  show({ name, score }) {
    this.name.textContent = name ?? "";
    this.score.textContent = typeof score === "number" ? score.toFixed(2) : score ?? "";
  }

  ticked(is) {
    this.tick.setAttribute("aria-pressed", String(is));
    this.tick.replaceChildren(sign(is ? "ticked" : "ring"));
  }

  framed(is) {
    this.framing.setAttribute("aria-pressed", String(is));
  }

  raised(is) {
    this.panel.setAttribute("aria-expanded", String(is));
  }
}

function tool(name, label, drawn, pressed) {
  return button(name, sign(drawn), named(label), pressed);
}
