// The panel beside the stage: who it is, what can be asked from here, why it matched, the facts, the attributes.
import { Bars } from "./bars.js";
import { inOrder } from "./boxes.js";
import { button, icon, make } from "./elements.js";
import { address, ask, thumbnail } from "./server.js";

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
    this.title = make("h2", { class: "fq-v-title", id: "fq-v-viewer-title" });
    this.about = make("p", { class: "fq-v-about" });
    this.questions = make("div", { class: "fq-v-questions", role: "group", "aria-label": "Ask on from this face" },
      ...QUESTIONS.map(([what, words, sign, help]) => button(help, sign, () => heard.asked(what), { words, class: "fq-v-question", "aria-label": words })));
    this.faces = make("section", { class: "fq-v-section" });
    this.why = make("section", { class: "fq-v-section", "aria-label": "Why it matched" });
    this.facts = make("section", { class: "fq-v-section", "aria-label": "Photograph" });
    this.inside = make("div", { class: "fq-v-inside" }, make("div", { class: "fq-v-head" }, this.title, this.about), this.questions,
      this.faces, this.why, this.facts, this.bars.element);
    this.element = make("aside", { class: "fq-v-panel", "aria-label": "All about this face" }, this.inside);
  }

  /** Before anything is known but the name of the file. */
  begin(name) {
    this.title.textContent = name;
    this.about.textContent = "…";
    this.element.classList.add("fq-v-waiting");
  }

  show(details, hit) {
    this.details = details;
    this.element.classList.remove("fq-v-waiting");
    this.#head(details);
    this.#strip(details, hit);
    this.#reasons(details.why);
    this.#photograph(details);
    this.bars.show(details);
  }

  #head({ face, box: [left, top, right, bottom], faces, name }) {
    const mine = faces.find((one) => one.face === face);
    const whose = mine.person ?? (mine.others ? `Group ${mine.group}` : name);
    this.title.replaceChildren(mine.group && (mine.person || mine.others)
      ? make("a", { href: address(`people?group=${mine.group}`), text: whose, title: `All ${mine.others + 1} faces of this group` }) : whose);
    const words = [`Face ${face}`, `${right - left} × ${bottom - top} px at ${left}, ${top}`];
    if (mine.person || mine.others) words.splice(0, 1, `${mine.others} more of this person${mine.sure ? "" : ", as found by likeness"}`, `face ${face}`);
    this.about.textContent = words.join(" · ");
    this.#alike(face);
  }

  async #alike(face) {
    const { alike } = await ask(`faces/${face}/alike`).catch(() => ({ alike: 0 }));
    if (alike && this.details?.face === face) this.about.append(` · ${alike === 100 ? "100 or more" : alike} near-identical`);
  }

  #strip({ faces, face: current }, hit) {
    this.faces.hidden = faces.length < 2;
    if (faces.length < 2) return;
    const cells = inOrder(faces, hit).map((one) => make("button", {
      type: "button", "aria-pressed": String(one.face === current), title: [one.person, ...one.surest].filter(Boolean).join(", "),
      class: ["fq-v-cell", one.matches && "fq-v-matches"].filter(Boolean).join(" "),
      "aria-label": `Face ${one.face}${one.person ? `, ${one.person}` : ""}${one.matches ? ", matches" : ""}`,
      on: { click: () => this.heard.chosen(one.face) },
    }, make("img", { src: thumbnail(one.face), alt: "", loading: "lazy" }), make("span", { text: one.person ?? (one.matches ? "matches" : " ") })));
    this.faces.replaceChildren(make("h3", { text: `${faces.length} faces in this photograph` }), make("div", { class: "fq-v-strip" }, ...cells));
  }

  #reasons(why) {
    this.why.hidden = !why;
    if (!why) return;
    const rows = why.reasons.map((reason) => make("li", { class: reason.is ? "fq-v-holds" : "fq-v-fails" },
      icon(reason.is ? "tick" : "close"), make("span", { class: "fq-v-term", text: reason.term }),
      make("span", { class: "fq-v-number", text: reason.number }), make("span", { class: "fq-v-margin", text: reason.margin }),
      make("span", { class: "fq-v-tag", text: reason.note })));
    this.why.replaceChildren(
      make("h3", {}, `Why it ${why.matches ? "matches" : "does not match"} `, make("span", { class: "fq-v-number", text: why.matches ? why.confidence : "" })),
      make("p", { class: "fq-v-query", text: why.query }), make("ul", { class: "fq-v-reasons" }, ...rows), make("p", { class: "fq-v-help", text: why.turning }));
  }

  #photograph({ face, facts, name, path, copied, desktop, photograph }) {
    const lines = facts.map(({ what, text, query }) => make("li", {}, icon(what), query
      ? make("a", { href: `${address("")}?q=${encodeURIComponent(query)}`, text, title: `Ask ${query}` }) : make("span", { text })));
    lines.push(make("li", { title: path }, icon("file"), make("span", { text: `${name} · ${photograph.width} × ${photograph.height}` })));
    const tools = make("div", { class: "fq-v-tools" },
      button("Copy the path (c)", "copy", () => this.copy(copied), { words: "Copy path", class: "fq-v-tool" }),
      make("a", { class: "fq-v-tool", href: address(`originals/${face}`), download: "", title: "The file as it is (d)" }, icon("download"), make("span", { text: "Download" })),
      desktop ? button("Open the folder (o)", "folder", () => this.open(), { words: "Open the folder", class: "fq-v-tool" }) : null);
    this.facts.replaceChildren(make("h3", { text: "Photograph" }), make("ul", { class: "fq-v-facts" }, ...lines), tools);
  }

  async copy(text = this.details?.copied) {
    if (!text) return;
    await navigator.clipboard.writeText(text).then(() => this.heard.told("The path is copied."),
      () => this.heard.failed(`This browser copies nothing: ${text}`));
  }

  download() {
    this.facts.querySelector("a[download]")?.click();
  }

  async open() {
    if (this.details?.desktop) await ask(`folders/${this.details.face}`, {}).catch((error) => this.heard.failed(error.message));
  }
}
