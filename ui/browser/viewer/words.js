// One line at the foot of the stage: what was done, with a way back, or why something was not.
import { button, make } from "./elements.js";

const LASTING = 6000; // ms; what went wrong stays until something else is said

export class Words {
  constructor() {
    this.element = make("div", { class: "fq-v-said", role: "status", "aria-live": "polite" });
  }

  /** `undo`, if anything can be undone, is called for a click on it. */
  say(sentence, undo = null) {
    this.#show(sentence, false, undo);
    this.ending = setTimeout(() => this.forget(), LASTING);
  }

  fail(sentence) {
    this.#show(sentence, true, null);
  }

  forget() {
    clearTimeout(this.ending);
    this.element.replaceChildren();
  }

  #show(sentence, wrong, undo) {
    this.forget();
    const line = make("div", { class: wrong ? "fq-v-line fq-v-wrong" : "fq-v-line" }, make("span", { text: sentence }),
      undo && button("Undo (Ctrl Z)", "undo", undo, { words: "Undo", class: "fq-v-tool" }),
      button("Put this away", "close", () => this.forget()));
    this.element.append(line);
  }
}
