// The list below the query field: what could be written at the caret, with the faces it would leave.
import { element } from "../elements.js";
import { units } from "./questions.js";

export class Offers {
  constructor(input, accept) {
    Object.assign(this, { input, accept, found: [], at: -1, open: false });
    this.list = element("ul", "fq-ask-offers", { role: "listbox", id: "fq-ask-offers", "aria-label": "What can be written" });
    input.setAttribute("aria-controls", "fq-ask-offers");
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    this.list.addEventListener("click", (event) => {
      const row = event.target.closest("[role=option]");
      if (row) this.take(Number(row.dataset.at));
    });
    this.close();
  }

  show({ start, end, offers }, text) {
    this.range = { start: units(text, start), end: units(text, end) };
    this.typed = start < end;
    this.found = offers;
    this.list.replaceChildren(...offers.map(row));
    this.list.hidden = !offers.length;
    this.open = offers.length > 0;
    this.input.setAttribute("aria-expanded", String(this.open));
    this.choose(-1);
  }

  close() {
    this.show({ start: 0, end: 0, offers: [] }, "");
  }

  choose(at) {
    this.list.children[this.at]?.setAttribute("aria-selected", "false");
    this.at = at;
    const row = this.list.children[at];
    row?.setAttribute("aria-selected", "true");
    row?.scrollIntoView({ block: "nearest" });
    if (row) this.input.setAttribute("aria-activedescendant", row.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  take(at) {
    this.accept(this.found[at], this.range);
  }

  // Whether the key was for the list.
  key(event) {
    if (!this.open) return false;
    const last = this.found.length - 1;
    if (event.key === "ArrowDown") this.choose(this.at === last ? 0 : this.at + 1);
    else if (event.key === "ArrowUp") this.choose(this.at <= 0 ? last : this.at - 1);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && this.at >= 0) this.take(this.at);
    else if (event.key === "Tab" && !event.shiftKey && (this.at >= 0 || this.typed)) this.take(Math.max(this.at, 0));
    else return false;
    event.preventDefault();
    return true;
  }
}

function row({ text, kind, meaning, faces }, at) {
  const count = faces === null ? "" : faces.toLocaleString("en");
  return element("li", `fq-ask-offer fq-ask-${kind}`, { role: "option", id: `fq-ask-offer-${at}`, "data-at": at, "aria-selected": "false" },
    element("span", "fq-ask-what", {}, text), element("span", "fq-ask-meaning", {}, meaning), element("span", "fq-ask-faces", {}, count));
}
