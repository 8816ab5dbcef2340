// A calendar of all hits: years with their months, and the days of one of these; the fuller, the darker.
import { button, element, named } from "../elements.js";
import { counted } from "../numbers.js";
import { Asker, ended } from "../server.js";
import { monthName, spokenDate } from "./calendar.js";

const SHADES = 5;
const WEEK = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

export class Jump {
  constructor(chosen) {
    this.choose = chosen;
    this.months = new Asker();
    this.days = new Asker();
    this.years = element("div", "fq-s-years");
    this.month = element("div", "fq-s-month", { hidden: "" });
    this.element = element("div", "fq-s-jump", { role: "dialog", "aria-label": "Calendar", hidden: "" }, this.years, this.month);
    this.escape = (event) => { if (event.key === "Escape") this.close(event); }; // wherever the focus went when it was redrawn
    this.outside = (event) => { if (!this.element.contains(event.target) && event.target !== this.opener) this.close(); };
    document.addEventListener("pointerdown", this.outside);
    document.addEventListener("keydown", this.escape, true);
  }

  show(query) {
    this.query = query;
    if (!this.element.hidden) this.load();
  }

  toggle(opener) {
    this.opener = opener;
    this.element.hidden = !this.element.hidden;
    if (!this.element.hidden) this.load();
  }

  close(event = null) {
    if (this.element.hidden) return;
    this.element.hidden = true;
    if (event) {
      event.stopPropagation();
      this.opener?.focus();
    }
  }

  async load() {
    try {
      const { bars } = await this.months.ask("timeline", { q: this.query, unit: "month" });
      this.draw(bars);
      if (this.shown) await this.open(this.shown);
    } catch (error) {
      if (!ended(error)) this.years.textContent = error.message;
    }
  }

  draw(bars) {
    const most = Math.max(1, ...bars.map(([, faces]) => faces));
    const years = grouped(bars);
    const rows = [...years].reverse().map(([year, months]) => {
      const faces = new Map(months);
      const cells = Array.from({ length: 12 }, (_, at) => {
        const date = `${year}-${String(at + 1).padStart(2, "0")}`;
        return this.cell(monthName(at), date, faces.get(date) ?? 0, most, () => { this.choose(date); this.open(date); });
      });
      return element("div", "fq-s-year", {}, button("fq-s-number", year, {}, () => this.choose(year)), ...cells);
    });
    this.years.replaceChildren(...rows);
  }

  async open(month) {
    this.shown = month;
    const { bars } = await this.days.ask("timeline", { q: this.query, unit: "day", within: month });
    const faces = new Map(bars), most = Math.max(1, ...faces.values());
    const [year, number] = month.split("-").map(Number);
    const before = (new Date(Date.UTC(year, number - 1, 1)).getUTCDay() + 6) % 7;
    const length = new Date(Date.UTC(year, number, 0)).getUTCDate();
    const cells = Array.from({ length }, (_, at) => {
      const date = `${month}-${String(at + 1).padStart(2, "0")}`;
      return this.cell(String(at + 1), date, faces.get(date) ?? 0, most, () => this.choose(date));
    });
    cells[0].style.gridColumnStart = before + 1;
    const head = WEEK.map((day) => element("span", "fq-s-day", { "aria-hidden": "true" }, day));
    this.month.replaceChildren(element("strong", "", {}, spokenDate(month)), element("div", "fq-s-days", {}, ...head, ...cells));
    this.month.hidden = false;
  }

  cell(text, date, faces, most, onClick) {
    const label = `${spokenDate(date)}: ${counted(faces, "face")}`;
    const made = button(`fq-s-cell fq-s-shade-${faces ? Math.ceil((SHADES * faces) / most) : 0}`, text, named(label), onClick);
    made.disabled = !faces;
    return made;
  }

  end() {
    this.months.stop();
    this.days.stop();
    document.removeEventListener("pointerdown", this.outside);
    document.removeEventListener("keydown", this.escape, true);
  }
}

function grouped(bars) {
  const years = new Map();
  for (const bar of bars) years.set(bar[0].slice(0, 4), [...(years.get(bar[0].slice(0, 4)) ?? []), bar]);
  return years;
}
