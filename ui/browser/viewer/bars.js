// The 40 attributes: how sure the model is of each, from when on it counts, and what a person said of it.
import { button, make } from "./elements.js";

const ORDERS = { grouped: "In groups", surest: "Surest first" };
const SAID = { true: "you said yes", false: "you said no" };

export class Bars {
  /** `said(name, value)` is called with true, false, or null for what the model says. */
  constructor(said) {
    this.said = said;
    this.order = "grouped";
    this.orders = Object.entries(ORDERS).map(([order, words]) => make("button", {
      type: "button", class: "fq-v-order", "aria-pressed": String(order === this.order), text: words,
      on: { click: () => this.#reorder(order) },
    }));
    this.list = make("div", { class: "fq-v-bars" });
    this.remarks = make("div", { class: "fq-v-remarks" });
    const heading = make("div", { class: "fq-v-heading" }, make("h3", { text: "Attributes" }),
      make("div", { class: "fq-v-orders", role: "group", "aria-label": "Order" }, ...this.orders));
    const help = make("p", { class: "fq-v-help", text: "Wrong? Point at it, or press ↓, then y or n; Backspace asks the model again." });
    this.element = make("section", { class: "fq-v-section", "aria-label": "Attributes" }, heading, help, this.list, this.remarks);
    this.current = null;
  }

  show(details) {
    const focused = this.#focused();
    this.details = details;
    this.#draw();
    this.remarks.replaceChildren(...details.remarks.map((text) => make("p", { class: "fq-v-help", text })));
    if (focused) this.focus(focused);
  }

  /** Onto an attribute: the one named, or where one was last. */
  focus(name = this.current) {
    const rows = this.#rows();
    const row = rows.find((one) => one.dataset.name === name) ?? rows[0];
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  }

  #draw() {
    const { groups } = this.details;
    const sections = this.order === "grouped"
      ? groups.map(({ group, attributes }) => [group, attributes])
      : [[null, groups.flatMap(({ attributes }) => attributes).sort((one, other) => other.predicted - one.predicted)]];
    this.list.replaceChildren(...sections.flatMap(([group, attributes]) => [
      group && make("h4", { text: group }), ...attributes.map((one) => this.#row(one)),
    ]).filter(Boolean));
    const rows = this.#rows();
    (rows.find((row) => row.dataset.name === this.current) ?? rows[0]).tabIndex = 0;
  }

  #row(one) {
    const bar = make("span", { class: "fq-v-bar", "aria-hidden": "true" },
      make("span", { class: "fq-v-fill", style: `width: ${one.predicted * 100}%` }),
      make("span", { class: "fq-v-limit", style: `left: ${one.threshold * 100}%` }));
    const label = make("span", { class: "fq-v-label", text: one.label });
    if (one.grade) label.append(make("abbr", { class: `fq-v-grade fq-v-grade-${one.grade}`, title: `Grade ${one.grade}: ${one.means}`, text: one.grade }));
    const notes = [one.note, one.said !== null && SAID[one.said]].filter(Boolean).join(" · ");
    const row = make("div", {
      class: ["fq-v-row", one.has && "fq-v-has", one.said !== null && "fq-v-spoken"].filter(Boolean).join(" "),
      role: "group", tabindex: -1, "data-name": one.name, "aria-label": spoken(one), "aria-keyshortcuts": "y n Backspace",
      title: `${one.label}: ${one.percent}; it counts from ${one.from}`,
    }, label, make("span", { class: "fq-v-tag", text: notes }), bar, make("span", { class: "fq-v-number", text: one.percent }), this.#choices(one));
    row.addEventListener("focus", () => this.#rove(row));
    return row;
  }

  #choices(one) {
    const choice = (words, sign, value) => button(words, sign, () => this.said(one.name, one.said === value ? null : value), {
      tabindex: -1, class: "fq-v-choice", "aria-pressed": String(one.said === value),
    });
    return make("span", { class: "fq-v-choices" },
      choice(`It has: ${one.label}`, "tick", true), choice(`It has not: ${one.label}`, "close", false),
      one.said === null ? null : button(`Ask the model about ${one.label}`, "undo", () => this.said(one.name, null), { tabindex: -1, class: "fq-v-choice" }));
  }

  /** What a key means on an attribute; false where it means nothing, or is not on one. */
  pressed(event) {
    const row = event.target.closest?.(".fq-v-row");
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return false;
    const values = { y: true, n: false, Backspace: null, Delete: null };
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in values) this.said(row.dataset.name, values[event.key]);
    else if (event.key in moves) this.#move(row, moves[event.key]);
    else return false;
    return true;
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
    Object.keys(ORDERS).forEach((known, number) => this.orders[number].setAttribute("aria-pressed", String(known === order)));
    this.#draw();
  }

  #rows() {
    return [...this.list.querySelectorAll(".fq-v-row")];
  }

  #focused() {
    return this.list.contains(document.activeElement) ? document.activeElement.closest(".fq-v-row")?.dataset.name : null;
  }
}

function spoken(one) {
  const said = one.said === null ? "" : `; ${SAID[one.said]}`;
  return `${one.label}: ${one.has ? "yes" : "no"}, ${one.percent}, counts from ${one.from}${said}${one.note ? `; ${one.note}` : ""}`;
}
