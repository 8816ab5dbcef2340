// The panel beside the stage: who it is, what can be asked from here, why it matched, the photograph, the attributes.
import { Bars } from "./bars.js";
import { inOrder } from "./boxes.js";
import { button, icon, make } from "./elements.js";
import { photograph } from "./photograph.js";
import { reasons } from "./reasons.js";
import { address, ask, thumbnail } from "./server.js";

const MOST = 100; // near-identical faces that the server counts
const SMALL = 160; // pixels of a face in the strip
const QUESTIONS = [
  ["similar", "Similar", "similar", "Faces that look like this one (s)"],
  ["person", "Same person", "person", "Faces of the same person (p)"],
  ["like", "More like this", "like", "Add it to the examples (m)"],
  ["unlike", "Not this", "unlike", "Less like this one (Shift+M)"],
];

export class Panel {
  /** `heard` has asked(what), said(name, value), chosen(face), told(sentence) and failed(sentence). */
  constructor(heard) {
    this.heard = heard;
    this.bars = new Bars((name, value) => heard.said(name, value));
    this.title = make("h2", { id: "fq-v-viewer-title" });
    this.about = make("p", { class: "fq-v-about" });
    const question = ([what, words, sign, help]) => button(help, sign, () => heard.asked(what), {
      words, class: "fq-v-question", "aria-label": words,
    });
    const said = { class: "fq-v-questions", role: "group", "aria-label": "Ask on from this face" };
    this.questions = make("div", said, ...QUESTIONS.map(question));
    this.strip = make("section", { class: "fq-v-section", "aria-label": "All faces of the photograph" });
    this.why = make("section", { class: "fq-v-section", "aria-label": "Why it matches" });
    this.file = make("section", { class: "fq-v-section", "aria-label": "Photograph" });
    this.inside = make(
      "div", { class: "fq-v-inside" }, make("div", { class: "fq-v-head" }, this.title, this.about), this.questions,
      this.strip, this.why, this.file, this.bars.element,
    );
    this.element = make("aside", { class: "fq-v-panel", "aria-label": "All about this face" }, this.inside);
  }

  /** Before anything is known but the name of the file. */
  begin(name) {
    this.title.textContent = name;
    this.about.textContent = "…";
    this.element.classList.add("fq-v-waiting");
  }

  /** `hit` is the face that was found; `details` may be of another one of its photograph. */
  show(details, hit) {
    this.details = details;
    this.element.classList.remove("fq-v-waiting");
    this.#head(details);
    this.#faces(details, hit);
    this.why.hidden = !details.why;
    this.why.replaceChildren(...(details.why ? reasons(details.why) : []));
    this.file.replaceChildren(...photograph(details, { copy: () => this.copy(), open: () => this.open() }));
    this.bars.show(details);
  }

  async copy() {
    if (!this.details) return;
    const { copied } = this.details;
    const refused = () => this.heard.failed(`This browser copies nothing: ${copied}`);
    await navigator.clipboard.writeText(copied).then(() => this.heard.told("The path is copied."), refused);
  }

  download() {
    this.file.querySelector("a[download]")?.click();
  }

  /** Has the desktop show the folder, where there is one. */
  async open() {
    if (!this.details?.desktop) return;
    await ask(`folders/${this.details.face}`, {}).catch((error) => this.heard.failed(error.message));
  }

  #head({ face, box: [left, top, right, bottom], faces, name }) {
    const { group, person, others, sure } = faces.find((one) => one.face === face);
    const grouped = Boolean(group && (person || others));
    const title = `All ${others + 1} faces of this group`;
    const words = person ?? (grouped ? `Group ${group}` : name);
    const whole = { href: address(`people?group=${group}`), text: words, title };
    this.title.replaceChildren(grouped ? make("a", whole) : words);
    const known = grouped ? [`${others} more of this person${sure ? "" : ", as found by likeness"}`] : [];
    const place = `${right - left} × ${bottom - top} px at ${left}, ${top}`;
    this.about.textContent = [...known, `Face ${face}`, place].join(" · ");
    this.#alike(face);
  }

  async #alike(face) {
    const { alike } = await ask(`faces/${face}/alike`).catch(() => ({ alike: 0 }));
    if (!alike || this.details?.face !== face) return;
    this.about.append(` · ${alike === MOST ? `${MOST} or more` : alike} near-identical`);
  }

  #faces({ faces, face: current }, hit) {
    this.strip.hidden = faces.length < 2;
    const cells = inOrder(faces, hit).map((one) => this.#cell(one, current));
    const heading = make("h3", { text: `${faces.length} faces in this photograph` });
    this.strip.replaceChildren(heading, make("div", { class: "fq-v-strip" }, ...cells));
    this.strip.querySelector("[aria-pressed=true]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #cell({ face, person, surest, matches }, current) {
    const said = [person, matches && "matches"].filter(Boolean);
    return make("button", {
      type: "button", class: matches ? "fq-v-cell fq-v-matches" : "fq-v-cell", "aria-pressed": String(face === current),
      "aria-label": [`Face ${face}`, ...said].join(", "), title: [...said, ...surest].join(", "),
      on: { click: () => this.heard.chosen(face) },
    }, make("img", { src: thumbnail(face, SMALL), alt: "" }), make("span", {}, matches && icon("tick"), person ?? ""));
  }
}
