// The viewer: a hit of the gallery as large as the window, with all that is known of it, over the page.
//
// `source` is {total, at(index) -> Promise<{face, name, score}>}; its `query`, else the page's address, has the
// question as its parameter q. `actions` are {asked(what, face), isTicked(face), tick(face), closed(index),
// changed(face)}, and `what` is "similar", "person", "like" or "unlike".
import { button, element } from "./elements.js";
import { styled } from "./mount.js";
import { inOrder } from "./viewer/boxes.js";
import { Corrections } from "./viewer/corrections.js";
import { help, kept, pressed } from "./viewer/keys.js";
import { Details, Photographs } from "./viewer/loaded.js";
import { Panel } from "./viewer/panel.js";
import { Stage } from "./viewer/stage.js";
import { Top } from "./viewer/top.js";
import { Words } from "./viewer/words.js";

const NARROW = "(max-width: 760px)";
const SHEETS = ["viewer", "stage", "panel", "facts", "bars"].map((name) => new URL(`viewer/${name}.css`, import.meta.url).href);

export class Viewer {
  constructor(actions) {
    this.actions = actions;
    this.does = this.#meanings();
    this.photographs = new Photographs();
    this.words = new Words();
    this.corrections = new Corrections(this.words, (face) => this.#changed(face));
    this.stage = new Stage(this.photographs, {
      chosen: (face) => this.#choose(face),
      stepped: (by) => this.step(by),
      closed: () => this.close(),
      raised: () => this.#raise(true),
    });
    this.panel = new Panel({
      asked: (what) => this.#asked(what),
      said: (name, value) => this.corrections.say(this.face, name, value),
      chosen: (face) => this.#choose(face),
      told: (sentence) => this.words.say(sentence),
      failed: (sentence) => this.words.fail(sentence),
    });
    this.top = new Top(this.does);
    this.#build();
    this.styled = Promise.all(SHEETS.map(styled));
  }

  get isOpen() {
    return this.dialog.matches(":popover-open");
  }

  /** Opens over the page at a hit of `source`. */
  async open(source, index) {
    this.source = source;
    this.details = new Details(new URLSearchParams(source.query ?? location.search).get("q") ?? "");
    await this.styled;
    if (!this.isOpen) {
      home().append(this.dialog);
      this.dialog.showPopover(); // a modal <dialog> makes the page inert, which takes longer than to draw all of this
      this.dialog.focus();
      window.addEventListener("keydown", this.#keyed, true); // wherever the focus went: what had it may be gone
      this.stage.watching.observe(this.stage.element);
    }
    await this.#show(index);
  }

  close() {
    if (!this.isOpen) return;
    this.dialog.hidePopover();
    this.#closed(); // at once, and not when the browser tells of it: what is asked then comes later
  }

  /** Another hit, so many further on; at an end it stays where it is. */
  step(by) {
    const index = this.index + by;
    if (index >= 0 && index < this.source.total) this.#show(index);
  }

  /** Draws whether the face is ticked: to be called too when that changes elsewhere. */
  ticked() {
    const is = Boolean(this.face && this.actions.isTicked(this.face));
    this.top.ticked(is);
    this.dialog.classList.toggle("fq-v-is-ticked", is);
  }

  async #show(index) {
    this.index = index;
    this.top.begin(index, this.source.total);
    const hit = await this.source.at(index).catch(() => null);
    if (this.index !== index || !this.isOpen) return;
    if (!hit) {
      this.words.fail("This face is not among the hits any more.");
      return;
    }
    [this.hit, this.face] = [hit.face, hit.face];
    this.stage.begin(hit.face);
    this.panel.begin(hit.name ?? "");
    this.top.show(hit);
    this.ticked();
    await this.#describe(hit.face, (details) => this.stage.described(details));
    if (this.index === index) this.#ahead(index);
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

  /** Shows or hides the panel; on a telephone it is a sheet, which is raised or lies low. */
  #raise(up = !this.dialog.classList.contains("fq-v-raised")) {
    this.dialog.classList.toggle("fq-v-raised", up);
    this.top.raised(up);
  }

  #help(shown = this.keys.hidden) {
    this.keys.hidden = !shown;
    (shown ? this.keys.querySelector("button") : this.dialog).focus();
  }

  #build() {
    this.keys = help(() => this.#help(false));
    this.panel.element.prepend(button("fq-v-grip", null, { "aria-label": "All about it" }, () => this.#raise()));
    const { before, next } = this.top;
    const over = [this.top.element, this.stage.element, before, next, this.words.element, this.keys];
    const how = { role: "dialog", popover: "auto", tabindex: -1, "aria-modal": "true", "aria-labelledby": "fq-v-viewer-title" };
    this.dialog = element("div", "fq-v-viewer", how, element("div", "fq-v-left", {}, ...over), this.panel.element);
    this.#raise(!matchMedia(NARROW).matches);
    this.dialog.addEventListener("toggle", () => this.#closed()); // a telephone's way back
  }

  #meanings() {
    return {
      step: (by) => this.step(by), first: () => this.#show(0), last: () => this.#show(this.source.total - 1),
      attributes: () => { this.#raise(true); this.panel.bars.focus(); },
      zoom: (factor) => this.stage.zoomed(factor), fit: () => this.stage.fitted(),
      another: (by) => this.#another(by), asked: (what) => this.#asked(what), panel: () => this.#raise(),
      tick: () => { this.actions.tick(this.face); this.ticked(); },
      frames: () => this.top.framed(this.stage.frames()),
      copy: () => this.panel.copy(), download: () => this.panel.download(), open: () => this.panel.open(),
      undo: () => this.corrections.undo(), help: () => this.#help(),
      close: () => (this.keys.hidden ? this.close() : this.#help(false)),
    };
  }

  #keyed = (event) => {
    kept(event, this.dialog);
    if (this.panel.bars.pressed(event) || pressed(event, this.does)) event.preventDefault();
    event.stopPropagation(); // the page below has keys of its own
  };

  #closed() {
    if (this.isOpen || !this.dialog.isConnected) return;
    this.stage.watching.disconnect();
    window.removeEventListener("keydown", this.#keyed, true);
    this.words.forget();
    this.keys.hidden = true;
    this.dialog.remove();
    this.actions.closed(this.index);
  }
}

/** The part of the page that the viewer opens from: there the theme's colours hold. */
function home() {
  let part = null;
  for (let place = document.activeElement; place; place = place.parentElement) {
    if (place.matches("[class*='fq-']")) part = place;
  }
  return (part ?? document.querySelector(".fq-gallery"))?.parentElement ?? document.body;
}
