// The query field: it completes what one types, shows the query as conditions to click, and asks on Enter. Python hears
// of a question when it is asked, and of nothing before.
import { Chips } from "./asking/chips.js";
import { Offers } from "./asking/offers.js";
import { characters, faces, latest, units } from "./asking/questions.js";
import { button, element } from "./elements.js";
import { mounted } from "./mounted.js";
import { tellQuestion } from "./question.js";

const COMPLETING = 60, READING = 180; // ms without a key, after which one asks what fits, and what it means

class Querybar {
  constructor(parent) {
    this.root = element("div", "fq-ask");
    this.input = element("input", "fq-ask-query", {
      type: "text", id: "fq-ask-query", role: "combobox", autocomplete: "off", spellcheck: "false", autocapitalize: "off",
      "aria-label": "Which faces?", "aria-autocomplete": "list", "aria-haspopup": "listbox", enterkeyhint: "search",
    });
    this.count = element("span", "fq-ask-count", { "aria-live": "polite" });
    this.clear = button("fq-ask-clear", "×", { tabindex: "-1", "aria-label": "Clear the query", title: "Clear" });
    this.offers = new Offers(this.input, (offer, range) => this.accept(offer, range));
    this.mistake = element("div", "fq-ask-mistake", { role: "alert" });
    this.chips = new Chips((change) => this.change(change));
    const field = element("div", "fq-ask-field", {}, element("span", "fq-ask-glass", { "aria-hidden": "true" }),
      this.input, this.count, this.clear, this.offers.list);
    this.root.append(field, this.mistake, this.chips.row);
    parent.append(this.root);
    this.completions = latest("completions");
    this.conditions = latest("conditions");
    this.asked = null;
    this.listen();
  }

  listen() {
    this.slash = (event) => this.focusOn(event);
    document.addEventListener("keydown", this.slash);
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("click", () => this.complete(0));
    this.input.addEventListener("focus", () => { if (!this.input.value) this.complete(0); });
    this.input.addEventListener("blur", () => this.offers.close());
    this.clear.addEventListener("click", () => { this.write("", 0); this.ask(""); this.input.focus(); });
  }

  // Called at each rerun: what was asked is shown, unless one is writing something else meanwhile.
  show({ data, setTriggerValue }) {
    this.tell = setTriggerValue;
    this.input.placeholder = data.placeholder;
    this.chips.offered = data.offered;
    if (data.query !== this.asked) {
      this.asked = data.query;
      this.write(data.query, data.query.length);
    }
    this.read(0);
  }

  write(text, caret) {
    this.input.value = text;
    this.clear.hidden = !text;
    if (document.activeElement === this.input) this.input.setSelectionRange(caret, caret);
  }

  typed() {
    this.clear.hidden = !this.input.value;
    this.mistake.replaceChildren();
    this.complete(COMPLETING);
    this.read(READING);
  }

  complete(after) {
    const text = this.input.value, caret = this.input.selectionStart;
    const where = { q: text, caret: characters(text.slice(0, caret)) };
    this.completions(where, after, (found) => {
      if (document.activeElement === this.input && this.input.value === text) this.offers.show(found, text);
    });
  }

  // What the text means, and how many faces match it: the conditions follow it while one types.
  read(after) {
    const text = this.input.value;
    this.chips.wait(text);
    this.conditions({ q: text }, after, (found) => {
      if (this.input.value !== text) return;
      const open = text.trim() !== this.asked;
      this.count.textContent = open && found.total !== undefined ? faces(found.total) : "";
      this.chips.show(found.mistake ? null : found.conditions, text);
    });
  }

  accept(offer, { start, end }) {
    const text = this.input.value;
    const glue = offer.text.endsWith(":") || offer.text.endsWith("(") || /^[\s,)]/.test(text.slice(end)) ? "" : " ";
    const before = text.slice(0, start) + offer.text + glue;
    this.write(before + text.slice(end), before.length);
    this.mistake.replaceChildren();
    this.offers.close();
    this.read(0);
    if (offer.begun) this.complete(0);
  }

  change({ text, caret, faces: matching }) {
    const unfinished = matching === null;
    if (unfinished) this.input.focus();
    this.write(text, units(text, caret));
    if (unfinished) { this.complete(0); this.read(0); } else this.ask(text);
  }

  key(event) {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" && !this.offers.open) { event.preventDefault(); return this.complete(0); }
    if (this.offers.key(event)) return;
    if (event.key === "Enter") { event.preventDefault(); this.enter(); }
  }

  // A mistake is shown at once and asks nothing of Python.
  enter() {
    const text = this.input.value;
    this.offers.close();
    this.completions.drop();
    if (text.trim() === this.asked) return;
    this.conditions({ q: text }, 0, (found) => {
      if (found.mistake) this.mistaken(found.mistake);
      else this.ask(text);
    });
  }

  ask(written) {
    const text = written.trim();
    this.asked = text;
    this.offers.close();
    this.mistake.replaceChildren();
    this.count.textContent = "";
    this.read(0);
    tellQuestion(text);
    this.tell("asked", text);
  }

  mistaken({ problem, line, column, offers, others }) {
    const place = line && element("pre", "fq-ask-place", {}, `${line}\n${" ".repeat(column)}^`);
    const mend = (query) => { this.write(query, query.length); this.input.focus(); this.enter(); };
    const mending = offers.map(({ text, query }) => button("fq-ask-mend", text, {}, () => mend(query)));
    const meant = offers.length + others.length > 0 && element("span", "", {}, "Did you mean");
    const plain = others.length > 0 && element("span", "", {}, others.join(", "));
    this.mistake.replaceChildren(element("p", "", {}, problem), place || "",
      element("div", "fq-ask-meant", {}, meant, ...mending, plain));
    this.chips.show(null, this.input.value);
  }

  focusOn(event) {
    const at = event.target;
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (at.isContentEditable || at.closest?.("input, textarea, select, [role=dialog]")) return;
    event.preventDefault();
    this.input.focus();
    this.input.select();
  }

  end() {
    document.removeEventListener("keydown", this.slash);
    this.root.remove();
  }
}

export const mount = mounted(Querybar);
