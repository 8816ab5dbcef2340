// The bar above the stage and the arrows beside it: which hit it is, and what can be done with it at once.
import { button, icon, make } from "./elements.js";

const MOUSE = { class: "fq-v-button fq-v-for-mouse" }; // fingers have no use for it
const [BEFORE, NEXT] = ["before", "next"].map((name) => ({ class: `fq-v-button fq-v-turn fq-v-${name}` }));

export class Top {
  /** `does` are the viewer's own: close, step(by), zoom(factor), frames, help, tick and panel. */
  constructor(does) {
    this.count = make("span", { class: "fq-v-count", role: "status" });
    this.score = make("span", { class: "fq-v-score", title: "How sure, or how alike" });
    this.name = make("span", { class: "fq-v-name" });
    this.framing = button("Frames around faces (b)", "frames", does.frames, { "aria-pressed": "true" });
    this.tick = button("Tick this face (x)", "ring", does.tick, { class: "fq-v-button fq-v-tick" });
    this.panel = button("All about it (i)", "panel", () => does.panel(), { ...MOUSE, "aria-expanded": "true" });
    this.element = make(
      "header", { class: "fq-v-top" },
      button("Back to the gallery (Esc)", "close", does.close),
      this.count, this.score, this.name, make("span", { class: "fq-v-room" }),
      button("Smaller (−)", "smaller", () => does.zoom(1 / 1.5), MOUSE),
      button("Larger (+)", "bigger", () => does.zoom(1.5), MOUSE),
      this.framing,
      button("Keys (?)", "keys", () => does.help(), MOUSE),
      this.tick, this.panel,
    );
    this.before = button("The one before (←)", "back", () => does.step(-1), BEFORE);
    this.next = button("The next one (→)", "on", () => does.step(1), NEXT);
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
    this.tick.replaceChildren(icon(is ? "ticked" : "ring"));
  }

  framed(is) {
    this.framing.setAttribute("aria-pressed", String(is));
  }

  raised(is) {
    this.panel.setAttribute("aria-expanded", String(is));
  }
}
