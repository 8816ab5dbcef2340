// One line at the foot of the stage: what was done, with a way back, or why something was not.
import { button, element, named } from "../elements.js";
import { sign, signed } from "../signs.js";

const LASTING = 6000; // ms; what went wrong stays until something else is said

export class Words {
  constructor() {
    this.element = element("div", "fq-v-said", { role: "status", "aria-live": "polite" });
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
    const line = element("div", wrong ? "fq-v-line fq-v-wrong" : "fq-v-line", {}, element("span", "", {}, sentence),
      undo && button("fq-v-tool", signed("undo", "Undo"), named("Undo (Ctrl Z)"), undo),
      button("fq-v-button", sign("close"), named("Put this away"), () => this.forget()));
    this.element.append(line);
  }
}
