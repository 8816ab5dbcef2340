// The 40 attributes: how sure the model is of each, from when on it counts, and what a person said of it.
import { button, element, named } from "../elements.js";
import { sign } from "../signs.js";

const ORDERS = { grouped: "In groups", surest: "Surest first" };
const SAID = { true: "you said yes", false: "you said no" };
const VALUES = { y: true, n: false, Backspace: null, Delete: null };
const MOVES = { ArrowDown: 1, ArrowUp: -1 };
const HELP = "Is one wrong? Point at it, or go there by ↓ and ↑: y has it, n has not, Backspace asks the model again.";

export class Bars {
  /** `said(name, value)` is called with true, false, or null for what the model says. */
  constructor(said) {
    this.said = said;
    this.order = "grouped";
    this.current = null;
    this.orders = Object.entries(ORDERS).map(([order, words]) => button(
      "fq-v-order", words, { "aria-pressed": String(order === this.order) }, () => this.#reorder(order),
    ));
    this.list = element("div", "fq-v-bars");
    this.remarks = element("div", "fq-v-remarks");
    this.element = element(
      "section", "fq-v-section", { "aria-label": "Attributes" },
      element("div", "fq-v-heading", {}, element("h3", "", {}, "Attributes"),
        element("div", "fq-v-orders", { role: "group", "aria-label": "Order" }, ...this.orders)),
      element("p", "fq-v-help", {}, HELP), this.list, this.remarks,
    );
  }

  show(details) {
    const focused = this.#focused();
    this.details = details;
    this.#draw();
    this.remarks.replaceChildren(...details.remarks.map((text) => element("p", "fq-v-help", {}, text)));
    if (focused) this.focus(focused);
  }

  /** Onto an attribute: the one named, or where one was last. */
  focus(name = this.current) {
    const rows = this.#rows();
    const row = rows.find((one) => one.dataset.name === name) ?? rows[0];
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  }

  /** What a key means on an attribute; false where it means nothing, or is not on one. */
  pressed(event) {
    const row = event.target.closest?.(".fq-v-row");
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return false;
    if (event.key in VALUES) this.said(row.dataset.name, VALUES[event.key]);
    else if (event.key in MOVES) this.#move(row, MOVES[event.key]);
    else return false;
    return true;
  }

  #draw() {
    this.list.replaceChildren(...this.#sections().flatMap(([group, attributes]) => [
      ...(group ? [element("h4", "", {}, group)] : []), ...attributes.map((one) => this.#row(one)),
    ]));
    const rows = this.#rows();
    const first = rows.find((row) => row.dataset.name === this.current) ?? rows[0];
    if (first) first.tabIndex = 0;
  }

  #sections() {
    const { groups } = this.details;
    if (this.order === "grouped") return groups.map(({ group, attributes }) => [group, attributes]);
    const all = groups.flatMap(({ attributes }) => attributes);
    return [[null, all.sort((one, other) => other.predicted - one.predicted)]];
  }

  #row(one) {
    const state = [one.has && "fq-v-has", one.said !== null && "fq-v-spoken"].filter(Boolean);
    const row = element("div", ["fq-v-row", ...state].join(" "), {
      role: "group", tabindex: -1, "data-name": one.name,
      "aria-label": spoken(one), "aria-keyshortcuts": "y n Backspace", title: `${one.label}: ${inFull(one)}`,
    }, label(one), tag(one), bar(one), element("span", "fq-v-number", {}, one.percent),
    this.#choices(one), element("span", "fq-v-detail", {}, inFull(one)));
    row.addEventListener("focusin", () => this.#rove(row));
    return row;
  }

  #choices(one) {
    const choice = (words, drawn, value) => {
      const said = () => this.said(one.name, one.said === value ? null : value);
      const how = { ...named(words), tabindex: -1, "aria-pressed": String(one.said === value) };
      return button("fq-v-choice", sign(drawn), how, said);
    };
    return element("span", "fq-v-choices", {},
      choice(`It has: ${one.label}`, "tick", true), choice(`It has not: ${one.label}`, "close", false));
  }

  #move(row, by) {
    const rows = this.#rows();
    this.focus(rows[Math.min(rows.length - 1, Math.max(0, rows.indexOf(row) + by))].dataset.name);
  }

  #rove(row) {
    for (const other of this.#rows()) other.tabIndex = other === row ? 0 : -1;
    this.current = row.dataset.name;
  }

  #reorder(order) {
    this.order = order;
    Object.keys(ORDERS).forEach((known, at) => this.orders[at].setAttribute("aria-pressed", String(known === order)));
    this.#draw();
  }

  #rows() {
    return [...this.list.querySelectorAll(".fq-v-row")];
  }

  #focused() {
    const { activeElement } = document;
    return this.list.contains(activeElement) ? activeElement.closest(".fq-v-row")?.dataset.name : null;
  }
}

function label({ label: words, grade, means }) {
  const graded = grade && element("abbr", `fq-v-grade fq-v-grade-${grade}`, { title: `Grade ${grade}: ${means}` }, grade);
  return element("span", "fq-v-label", {}, words, graded);
}

function tag({ note, said }) {
  return element("span", "fq-v-tag", {}, [note, said !== null && SAID[said]].filter(Boolean).join(" · "));
}

function bar({ predicted, threshold }) {
  return element("span", "fq-v-bar", { "aria-hidden": "true" },
    element("span", "fq-v-fill", { style: `width: ${predicted * 100}%` }),
    element("span", "fq-v-limit", { style: `left: ${threshold * 100}%` }));
}

function inFull({ predicted, threshold, grade, means }) {
  const exact = (share) => `${(share * 100).toFixed(1)} %`;
  return `${exact(predicted)}, counts from ${exact(threshold)}${grade ? `; grade ${grade}, ${means}` : ""}`;
}

function spoken(one) {
  const said = one.said === null ? "" : `; ${SAID[one.said]}`;
  const note = one.note ? `; ${one.note}` : "";
  return `${one.label}: ${one.has ? "yes" : "no"}, ${one.percent}, counts from ${one.from}${said}${note}`;
}
