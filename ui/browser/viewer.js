// The viewer: a hit of the gallery as large as the window, with all that is known of it, over the page.
//
// `source` is {total, at(index) -> Promise<{face, name, score}>}; its `query`, else the page's address, has the question
// as its parameter q. `actions` are {asked(what, face), isTicked(face), tick(face), closed(index), changed(face)}.
import { Corrections } from "./viewer/corrections.js";
import { button, icon, make, styled } from "./viewer/elements.js";
import { inOrder } from "./viewer/boxes.js";
import { help, kept, pressed } from "./viewer/keys.js";
import { Panel } from "./viewer/panel.js";
import { Details, Photographs } from "./viewer/server.js";
import { Stage } from "./viewer/stage.js";
import { Words } from "./viewer/words.js";

const NARROW = "(max-width: 760px)";
const MOUSE = { class: "fq-v-button fq-v-for-mouse" }; // fingers have no use for it

export class Viewer {
  constructor(actions) {
    this.actions = actions;
    this.photographs = new Photographs();
    this.words = new Words();
    this.corrections = new Corrections(this.words, (face) => this.#changed(face));
    this.stage = new Stage(this.photographs, {
      chosen: (face) => this.#choose(face), stepped: (by) => this.step(by), closed: () => this.close(), raised: () => this.#raise(true),
    });
    this.panel = new Panel({
      asked: (what) => this.#asked(what), said: (name, value) => this.corrections.say(this.face, name, value),
      chosen: (face) => this.#choose(face), told: (sentence) => this.words.say(sentence), failed: (sentence) => this.words.fail(sentence),
    });
    this.#build();
    this.styled = styled();
  }

  get isOpen() {
    return this.dialog.open;
  }

  /** Opens over the page at a hit of `source`. */
  async open(source, index) {
    this.source = source;
    this.details = new Details(new URLSearchParams(source.query ?? location.search).get("q") ?? "");
    await this.styled;
    if (!this.isOpen) {
      this.#home().append(this.dialog);
      this.dialog.showModal();
      this.dialog.focus();
      window.addEventListener("keydown", this.#keyed, true); // wherever the focus went: what had it may be gone
      this.stage.watching.observe(this.stage.element);
    }
    await this.#show(index);
  }

  close() {
    if (!this.isOpen) return;
    this.dialog.close();
    this.#closed(); // at once, and not when the browser tells of it: what is asked then comes later
  }

  /** Another hit, so many further on; at an end it stays where it is. */
  step(by) {
    const index = this.index + by;
    if (index >= 0 && index < this.source.total) this.#show(index);
  }

  async #show(index) {
    this.index = index;
    this.count.textContent = `${(index + 1).toLocaleString("en")} of ${this.source.total.toLocaleString("en")}`;
    this.before.disabled = index === 0;
    this.next.disabled = index + 1 >= this.source.total;
    const hit = await this.source.at(index).catch(() => null);
    if (this.index !== index || !this.isOpen) return;
    if (!hit) return this.words.fail("This face is not among the hits any more.");
    [this.hit, this.face] = [hit.face, hit.face];
    this.stage.begin(hit.face);
    this.panel.begin(hit.name ?? "");
    this.name.textContent = hit.name ?? "";
    this.score.textContent = typeof hit.score === "number" ? hit.score.toFixed(2) : hit.score ?? "";
    this.ticked();
    await this.#describe(hit.face, (details) => this.stage.described(details));
    if (this.index === index) this.#ahead(index);
    return undefined;
  }

  /** Looks a face up, draws what is known of it, and its photograph by `draw`. */
  async #describe(face, draw) {
    try {
      const details = await this.details.of(face);
      if (this.face !== face || !this.isOpen) return;
      this.panel.show(details, this.hit);
      await draw(details);
    } catch (error) {
      if (this.face === face) this.words.fail(error.message);
    }
  }

  /** The neighbours are asked for before anybody wants them. */
  async #ahead(index) {
    for (const at of [index + 1, index - 1].filter((one) => one >= 0 && one < this.source.total)) {
      const hit = await this.source.at(at).catch(() => null);
      const details = hit && await this.details.of(hit.face).catch(() => null);
      if (this.index !== index || !this.isOpen) return;
      if (details) this.photographs.of(hit.face, this.stage.size(details));
    }
  }

  #choose(face) {
    this.face = face;
    this.ticked();
    this.#describe(face, (details) => this.stage.choose(details));
  }

  /** The next face of the photograph, the one that was found being the first. */
  async #another(by) {
    const { faces } = await this.details.of(this.face);
    const order = inOrder(faces, this.hit).map((one) => one.face);
    if (order.length > 1) this.#choose(order.at((order.indexOf(this.face) + by) % order.length));
  }

  #changed(face) {
    this.details.forget();
    if (this.isOpen && face === this.face) this.#describe(face, (details) => this.stage.choose(details));
    this.actions.changed(face);
  }

  #asked(what) {
    const { face } = this;
    this.close();
    this.actions.asked(what, face);
  }

  #tick() {
    this.actions.tick(this.face);
    this.ticked();
  }

  /** Draws whether the face is ticked: to be called too when that changes elsewhere. */
  ticked() {
    const is = Boolean(this.face && this.actions.isTicked(this.face));
    this.tick.setAttribute("aria-pressed", String(is));
    this.tick.replaceChildren(icon(is ? "ticked" : "ring"));
    this.dialog.classList.toggle("fq-v-is-ticked", is);
  }

  /** Shows or hides the panel; on a telephone it is a sheet, which is raised or lies low. */
  #raise(up = !this.dialog.classList.contains("fq-v-raised")) {
    this.dialog.classList.toggle("fq-v-raised", up);
    const narrow = matchMedia(NARROW).matches;
    if (!narrow) this.dialog.classList.toggle("fq-v-alone", !up);
    this.opener.setAttribute("aria-expanded", String(up));
  }

  #help(shown = this.keys.hidden) {
    this.keys.hidden = !shown;
    (shown ? this.keys.querySelector("button") : this.dialog).focus();
  }

  #build() {
    this.count = make("span", { class: "fq-v-count", role: "status" });
    this.name = make("span", { class: "fq-v-name" });
    this.score = make("span", { class: "fq-v-score" });
    this.tick = button("Tick this face (x)", "ring", () => this.#tick(), { class: "fq-v-button fq-v-tick", "aria-pressed": "false" });
    this.opener = button("All about it (i)", "panel", () => this.#raise(), { ...MOUSE, "aria-expanded": "true" });
    this.keys = help(() => this.#help(false));
    this.before = button("The one before (←)", "back", () => this.step(-1), { class: "fq-v-button fq-v-turn fq-v-before" });
    this.next = button("The next one (→)", "on", () => this.step(1), { class: "fq-v-button fq-v-turn fq-v-next" });
    const bar = make("header", { class: "fq-v-top" }, button("Back to the gallery (Esc)", "close", () => this.close()), this.count, this.score, this.name,
      make("span", { class: "fq-v-room" }), button("Smaller (−)", "smaller", () => this.stage.zoomed(1 / 1.5), MOUSE), button("Larger (+)", "bigger", () => this.stage.zoomed(1.5), MOUSE),
      button("Frames around faces (b)", "frames", () => this.stage.frames()), button("Keys (?)", "keys", () => this.#help(), MOUSE), this.tick, this.opener);
    const grip = make("button", { type: "button", class: "fq-v-grip", "aria-label": "All about it", on: { click: () => this.#raise() } });
    this.panel.element.prepend(grip);
    const left = make("div", { class: "fq-v-left" }, this.stage.element, bar, this.before, this.next, this.words.element, this.keys);
    this.dialog = make("dialog", { class: "fq-v-viewer fq-v-raised", "aria-modal": "true", "aria-labelledby": "fq-v-viewer-title", tabindex: -1 }, left, this.panel.element);
    if (matchMedia(NARROW).matches) this.#raise(false);
    this.dialog.addEventListener("cancel", (event) => event.preventDefault()); // Escape comes as a key
  }

  #keyed = (event) => {
    const does = {
      step: (by) => this.step(by), first: () => this.#show(0), last: () => this.#show(this.source.total - 1),
      attributes: () => { if (!matchMedia(NARROW).matches || !this.dialog.classList.contains("fq-v-raised")) this.#raise(true); this.panel.bars.focus(); },
      zoom: (factor) => this.stage.zoomed(factor), fit: () => this.stage.fitted(), another: (by) => this.#another(by),
      tick: () => this.#tick(), asked: (what) => this.#asked(what), frames: () => this.stage.frames(), panel: () => this.#raise(),
      copy: () => this.panel.copy(), download: () => this.panel.download(), open: () => this.panel.open(), undo: () => this.corrections.undo(),
      help: () => this.#help(), close: () => (this.keys.hidden ? this.close() : this.#help(false)),
    };
    kept(event, this.dialog);
    if (this.panel.bars.pressed(event) || pressed(event, does)) event.preventDefault();
    event.stopPropagation(); // the page below has keys of its own
  };

  #closed() {
    this.stage.watching.disconnect();
    window.removeEventListener("keydown", this.#keyed, true);
    this.words.forget();
    this.keys.hidden = true;
    this.dialog.remove();
    this.actions.closed(this.index);
  }

  /** Where it belongs on the page, so that the theme's colours hold for it. */
  #home() {
    return document.activeElement?.closest("[class*='fq-']")?.parentElement ?? document.body;
  }
}
