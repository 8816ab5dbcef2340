// The panel beside the stage: who it is, what can be asked from here, why it matched, the photograph, the attributes.
import { button, element } from "../elements.js";
import { address, ask } from "../server.js";
import { sign, signed } from "../signs.js";
import { Bars } from "./bars.js";
import { inOrder } from "./boxes.js";
import { small } from "./loaded.js";
import { photograph } from "./photograph.js";
import { reasons } from "./reasons.js";

const MOST = 100; // near-identical faces that the server counts
const SMALL = 160; // pixels of a face in the strip
const QUESTIONS = [
  ["similar", "Similar", "Faces that look like this one (s)"],
  ["person", "Same person", "Faces of the same person (p)"],
  ["like", "More like this", "Add it to the examples (m)"],
  ["unlike", "Not this", "Less like this one (Shift+M)"],
];

export class Panel {
  /** `heard` has asked(what), said(name, value), chosen(face), told(sentence) and failed(sentence). */
  constructor(heard) {
    this.heard = heard;
    this.bars = new Bars((name, value) => heard.said(name, value));
    this.title = element("h2", "", { id: "fq-v-viewer-title" });
    this.about = element("p", "fq-v-about");
    const question = ([what, words, help]) => button(
      "fq-v-question", signed(what, words), { title: help, "aria-label": words }, () => heard.asked(what),
    );
    const said = { role: "group", "aria-label": "Ask on from this face" };
    this.questions = element("div", "fq-v-questions", said, ...QUESTIONS.map(question));
    const section = (label) => element("section", "fq-v-section", { "aria-label": label });
    this.strip = section("All faces of the photograph");
    this.why = section("Why it matches");
    this.file = section("Photograph");
    const head = element("div", "fq-v-head", {}, this.title, this.about);
    const all = [head, this.questions, this.strip, this.why, this.file, this.bars.element];
    this.inside = element("div", "fq-v-inside", {}, ...all);
    this.element = element("aside", "fq-v-panel", { "aria-label": "All about this face" }, this.inside);
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
    const whole = { href: address("people", { group }), title };
    this.title.replaceChildren(grouped ? element("a", "", whole, words) : words);
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
    const heading = element("h3", "", {}, `${faces.length} faces in this photograph`);
    this.strip.replaceChildren(heading, element("div", "fq-v-strip", {}, ...cells));
    const [row, chosen] = [this.strip.lastChild, this.strip.querySelector("[aria-pressed=true]")];
    if (chosen) row.scrollLeft = chosen.offsetLeft - row.offsetLeft - (row.clientWidth - chosen.offsetWidth) / 2;
  }

  #cell({ face, person, surest, matches }, current) {
    const said = [person, matches && "matches"].filter(Boolean);
    const picture = element("img", "", { src: small(face, SMALL), alt: "" });
    const words = element("span", "", {}, matches && sign("tick"), person);
    return button(matches ? "fq-v-cell fq-v-matches" : "fq-v-cell", [picture, words], {
      "aria-pressed": String(face === current), "aria-label": [`Face ${face}`, ...said].join(", "),
      title: [...said, ...surest].join(", "),
    }, () => this.heard.chosen(face));
  }
}
