// Attributes that belong together, each a row: its name asks for it, its minus for those without it, its grade for more.
import { button, element } from "../elements.js";
import { counted } from "../numbers.js";
import { Histogram } from "./histogram.js";

export class Group {
  constructor(title, open, ask) {
    this.rows = new Map();
    this.ask = ask;
    this.list = element("ul", "fq-f-rows");
    this.element = element("details", "fq-f-group", { open }, element("summary", "", {}, title), this.list);
  }

  show(rows, data) {
    for (const row of rows) {
      if (!this.rows.has(row.name)) {
        const made = new Row(row.name, this.ask);
        this.rows.set(row.name, made);
        this.list.append(made.element);
      }
      this.rows.get(row.name).show(row, data);
    }
    if (rows.some((row) => row.chosen !== null)) this.element.open = true;
  }

  end() {
    for (const row of this.rows.values()) row.end();
  }
}

class Row {
  constructor(name, ask) {
    this.attribute = name;
    this.ask = ask;
    this.label = element("span", "fq-f-label");
    this.at = element("span", "fq-f-at");
    this.count = element("span", "fq-f-count");
    const said = [this.label, this.at, this.count];
    this.name = button("fq-f-name", said, {}, () => ask({ what: "narrow", name, wanted: true }));
    this.not = button("fq-f-not", "−", {}, () => ask({ what: "narrow", name, wanted: false }));
    this.more = button("fq-f-more", "", { "aria-expanded": "false" }, () => this.fold(!this.open));
    this.line = element("div", "fq-f-row", {}, this.name, this.not, this.more);
    this.element = element("li", "", {}, this.line);
  }

  show(row, data) {
    this.row = row;
    this.data = data;
    const share = data.total ? row.count / data.total : 0;
    this.label.textContent = row.label;
    this.at.textContent = row.at ?? "";
    this.count.textContent = row.count.toLocaleString("en");
    this.line.style.setProperty("--part", String(100 * share));
    this.line.classList.toggle("fq-f-wanted", row.chosen === true);
    this.line.classList.toggle("fq-f-unwanted", row.chosen === false);
    this.name.setAttribute("aria-pressed", String(row.chosen === true));
    this.name.setAttribute("aria-label", `${row.label}: ${counted(row.count, "face")}`);
    this.not.setAttribute("aria-pressed", String(row.chosen === false));
    this.not.setAttribute("aria-label", `Not ${row.label}`);
    this.not.title = "Those without it";
    this.more.textContent = row.grade ?? "…";
    this.more.title = row.said[0] ?? "How its probabilities lie";
    this.more.setAttribute("aria-label", `${row.label}${row.grade ? `, grade ${row.grade}` : ""}: more, and its threshold`);
    if (this.open) this.fill();
  }

  fold(open) {
    this.open = open;
    this.more.setAttribute("aria-expanded", String(open));
    if (!open) return this.body?.replaceChildren();
    if (!this.body) this.element.append((this.body = element("div", "fq-f-body")));
    return this.fill();
  }

  fill() {
    this.histogram ??= new Histogram(this.attribute, this.ask);
    if (!this.body.contains(this.histogram.element)) { // what has the focus stays where it is
      this.body.replaceChildren(...this.row.said.map((one) => element("p", "", {}, one)), this.histogram.element);
    }
    this.histogram.show(this.row, this.data);
  }

  end() {
    this.histogram?.end();
  }
}
