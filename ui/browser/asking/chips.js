// The query as conditions: each can be turned around, dropped, or joined with another, by a click or by keys.
import { button, element } from "../elements.js";
import { Toolbar } from "../toolbar.js";
import { faces } from "./questions.js";

const GROUPS = { or: "either", and: "both", not: "not" };
const MARKS = { or: "or", and: "and" };

export class Chips {
  constructor(change) {
    this.change = (wanted) => { if (this.row.getAttribute("aria-busy") !== "true") change(wanted); };
    this.row = element("div", "fq-ask-chips", { role: "group", "aria-label": "The query's conditions" });
    this.toolbar = new Toolbar(this.row);
    this.offered = [];
    this.menu = null;
    this.elsewhere = (event) => { if (!this.menu?.contains(event.target)) this.close(); };
  }

  // Until the conditions of what is written are known, those of another text change nothing.
  wait(text) {
    this.row.setAttribute("aria-busy", String(text !== this.text));
  }

  // Of a text that cannot be read (null), the conditions from before stay, faded.
  show(tree, text) {
    const unread = !tree && text.trim() !== "";
    this.text = text;
    this.row.setAttribute("aria-busy", "false");
    this.row.classList.toggle("fq-ask-stale", unread);
    if (unread) return;
    const made = JSON.stringify([tree, this.offered]);
    if (made === this.made) return; // a menu that is open stays so
    this.made = made;
    this.close();
    this.row.classList.toggle("fq-ask-examples", !tree);
    this.row.replaceChildren(...(tree ? this.whole(tree) : this.offered.map((one) => this.offer(one))));
    this.toolbar.settle();
  }

  // What stands there while nothing is asked: `offered` are [{text, query}].
  offer({ text, query }) {
    const asked = () => this.change({ text: query, caret: query.length, faces: 0 });
    return button("fq-ask-chip fq-ask-example", text, { title: query }, asked);
  }

  whole(tree) {
    if (tree.kind === "and" || tree.kind === "or") return this.several(tree, tree.kind === "or");
    return [this.condition(tree)];
  }

  several({ parts, kind }, marked) {
    const chips = parts.map((part) => this.condition(part));
    if (!marked) return chips;
    return chips.flatMap((chip, at) => (at ? [element("span", "fq-ask-or", {}, MARKS[kind]), chip] : [chip]));
  }

  condition(one) {
    return one.kind === "one" ? this.chip(one) : this.group(one);
  }

  chip(one) {
    const said = [
      one.denied && element("span", "fq-ask-not", {}, "not "),
      element("span", "fq-ask-word", {}, one.text),
      one.meaning && element("span", "fq-ask-read", {}, `: ${one.meaning}`),
    ];
    const drop = button("fq-ask-drop", "×", { tabindex: "-1", "aria-hidden": "true" }, () => this.change(one.dropped));
    return element("span", `fq-ask-chip${one.denied ? " fq-ask-denied" : ""}`, {}, this.opener(one, said), drop);
  }

  group(one) {
    const label = this.opener(one, GROUPS[one.kind] ?? one.kind);
    label.classList.add("fq-ask-label");
    const inner = one.parts.length === 1 && !MARKS[one.kind] ? this.whole(one.parts[0]) : this.several(one, true);
    return element("span", "fq-ask-group", {}, label, ...inner);
  }

  opener(one, said) {
    const pressed = () => (this.menu?.of === made ? this.close() : this.open(made, one));
    const made = button("fq-ask-open", said, { "aria-haspopup": "menu", "aria-expanded": "false" }, pressed);
    made.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") this.open(made, one);
      else if (event.key === "Delete" || event.key === "Backspace") this.change(one.dropped);
      else return;
      event.preventDefault();
    });
    return made;
  }

  open(opener, one) {
    this.close();
    const items = [
      this.item(one.turned, one.denied || one.kind === "not" ? "Without the NOT" : "Not this"),
      this.item(one.dropped, "Drop it"),
      this.item(one.joined, "Or …"),
    ];
    this.menu = element("div", "fq-ask-menu", { role: "menu" }, ...items);
    this.menu.of = opener;
    opener.setAttribute("aria-expanded", "true");
    opener.after(this.menu);
    const over = this.menu.getBoundingClientRect().right - document.documentElement.clientWidth + 8;
    if (over > 0) this.menu.style.translate = `${-over}px 0`;
    this.menu.addEventListener("keydown", (event) => this.key(event, items));
    items[0].focus();
    setTimeout(() => document.addEventListener("pointerdown", this.elsewhere));
  }

  item(change, label) {
    const count = change.faces === null ? "" : faces(change.faces);
    const said = [element("span", "", {}, label), element("span", "fq-ask-faces", {}, count)];
    return button("fq-ask-item", said, { role: "menuitem", tabindex: "-1" }, () => { this.close(); this.change(change); });
  }

  key(event, items) {
    const at = items.indexOf(document.activeElement);
    if (event.key === "ArrowDown") items[(at + 1) % items.length].focus();
    else if (event.key === "ArrowUp") items[(at + items.length - 1) % items.length].focus();
    else if (event.key === "Escape") { const back = this.menu.of; this.close(); back.focus(); }
    else if (event.key === "Tab") return this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  close() {
    document.removeEventListener("pointerdown", this.elsewhere);
    this.menu?.of.setAttribute("aria-expanded", "false");
    this.menu?.remove();
    this.menu = null;
  }
}
