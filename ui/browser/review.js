// A review: one face after another, judged by keys. Nothing waits for the server: what is said is sent in that order.
import { button, element } from "./elements.js";
import { mounted } from "./mounted.js";
import { remember, remembered } from "./remembered.js";
import { ask, thumbnail } from "./server.js";

const KEEP = "fq-review-keep";
const SIZE = 480; // pixels of a face
const AHEAD = 4; // pictures that are fetched before they are shown
const ANSWERS = [["y", "yes", "Yes"], ["n", "no", "No"], ["u", "unsure", "Cannot say"]];
class Review {
  constructor(parent) {
    this.picture = element("img", "fq-review-face", { alt: "The face to judge", width: SIZE, height: SIZE });
    this.question = element("p", "fq-review-question");
    this.buttons = ANSWERS.map(([key, answer, label]) => this.#choice(key, label, () => this.answer(answer)));
    this.back = this.#choice("z", "Undo", () => this.undo());
    this.box = element("input", "", { type: "checkbox" });
    this.box.addEventListener("change", () => remember(KEEP, this.box.checked));
    this.label = element("span");
    this.keep = element("label", "fq-review-keep", { hidden: "" }, this.box, this.label);
    this.bar = element("progress", "fq-review-bar", { max: 1, value: 0, "aria-label": "Judged until something is said next" });
    this.says = element("div", "fq-review-says", { role: "status" });
    this.wrong = element("p", "fq-review-wrong", { role: "alert", hidden: "" });
    const keys = element("div", "fq-review-keys", { role: "group", "aria-label": "Your judgement" }, ...this.buttons, this.back);
    this.card = element("div", "fq-review-card", {}, this.picture, this.question, keys, this.keep);
    this.root = element("section", "fq-review", { "aria-label": "Review" }, this.card, this.bar, this.wrong, this.says);
    parent.append(this.root);
    this.pressed = (event) => this.#press(event);
    document.addEventListener("keydown", this.pressed);
    this.queue = [];
    this.done = [];
    this.waiting = 0;
    this.sending = Promise.resolve();
  }

  show({ data }) {
    this.question.textContent = data.question;
    this.label.textContent = data.keep ?? "";
    this.keep.hidden = !data.keep;
    this.box.checked = remembered(KEEP, false);
    if (data.review === this.review) return;
    this.review = data.review;
    ask(`reviews/${this.review}`).then((found) => {
      this.done = found.judged.reverse().map((face) => ({ face, action: null }));
      this.#told(found);
    }).catch((error) => this.#fail(error));
  }

  answer(answer) {
    if (!this.queue.length) return;
    const one = { face: this.queue.shift(), action: null };
    this.done.push(one);
    this.#draw();
    this.#send({ face: one.face, answer, keep: !this.keep.hidden && this.box.checked }, one);
  }

  undo() {
    const one = this.done.pop();
    if (!one) return;
    this.queue.unshift(one.face);
    this.#draw();
    this.#send(() => ({ face: one.face, answer: null, undo: one.action }), null);
  }

  end() {
    document.removeEventListener("keydown", this.pressed);
    this.root.remove();
  }

  // One after the other, so that the library hears them in the order in which they were said.
  #send(said, one) {
    this.waiting += 1;
    this.sending = this.sending.then(async () => {
      try {
        const found = await ask(`reviews/${this.review}/answers`, typeof said === "function" ? said() : said);
        if (one) one.action = found.action;
        this.waiting -= 1;
        if (!this.waiting) this.#told(found);
      } catch (error) {
        this.waiting -= 1;
        if (!this.waiting) await this.#again(error);
      }
    });
  }

  // What was not kept is asked again.
  async #again(error) {
    try {
      const found = await ask(`reviews/${this.review}`);
      this.done = found.judged.reverse().map((face) => ({ face, action: null }));
      this.#told(found);
    } catch { /* the server is gone */ }
    this.#fail(error);
  }

  #told(found) {
    this.wrong.hidden = true;
    this.queue = found.to_judge;
    const [clear, next] = found.misses[1] !== null && (found.hits[1] === null || found.misses[1] < found.hits[1]) ? found.misses : found.hits;
    this.bar.max = next ?? 1;
    this.bar.value = next === null ? 1 : clear;
    this.says.replaceChildren(...found.says.map((sentence) => element("p", "", {}, sentence)));
    this.#draw();
  }

  #draw() {
    const face = this.queue[0];
    this.card.hidden = face === undefined && !this.done.length;
    this.picture.hidden = face === undefined;
    if (face !== undefined && this.picture.dataset.face !== String(face)) {
      this.picture.dataset.face = String(face);
      this.picture.src = thumbnail(face, SIZE);
    }
    for (const one of this.buttons) one.disabled = face === undefined;
    this.back.disabled = !this.done.length;
    this.ahead = this.queue.slice(1, 1 + AHEAD).map((next) => Object.assign(new Image(), { src: thumbnail(next, SIZE) }));
  }

  #choice(key, label, onClick) {
    return button("fq-review-key", label, { "aria-keyshortcuts": key, "data-key": key }, onClick);
  }

  #press(event) {
    const busy = event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable=true], [role=dialog]");
    if (busy || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const answer = ANSWERS.find(([key]) => key === event.key.toLowerCase());
    if (answer) this.answer(answer[1]);
    else if (event.key.toLowerCase() === "z") this.undo();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #fail(error) {
    this.wrong.textContent = error.message;
    this.wrong.hidden = false;
  }
}

export const mount = mounted(Review);
