// Where the hits were taken: the map, drawn when it is opened, and the place that is chosen.
import { button, element } from "../elements.js";
import { counted } from "../numbers.js";
import { remember, remembered } from "../remembered.js";
import { Places } from "./places.js";

const OPEN = "fq-s-where";

export class Where {
  constructor(ask) {
    this.ask = ask;
    this.fold = button("fq-s-fold", "Where", {}, () => this.turn(!this.open));
    this.chosen = button("fq-s-chip fq-s-chosen", "", { hidden: "" }, () => ask({ what: "drop", kind: "near" }));
    this.head = element("div", "fq-s-part", {}, this.fold, this.chosen);
    this.body = element("div", "fq-s-where");
    this.turn(remembered(OPEN, false));
  }

  allow(any) {
    this.any = any;
    this.head.hidden = this.body.hidden = !any;
  }

  show(query) {
    this.query = query;
    this.said(query);
    if (this.any && this.open) this.map().show(query);
  }

  // Without the map nothing is asked: the query itself says whether a place is chosen.
  said(query) {
    this.chosen.hidden = !/(^|[\s(])near:/i.test(query);
    this.chosen.textContent = "One place ×";
    this.chosen.setAttribute("aria-label", "At any place, not only this one");
  }

  map() {
    if (!this.places) {
      this.places = new Places({
        chosen: (condition) => this.ask({ what: "place", condition }),
        found: (found) => this.tell(found),
      });
      this.note = element("div", "fq-s-said", { role: "status" });
      this.body.append(this.places.element, this.note);
    }
    return this.places;
  }

  tell(found) {
    const here = found.places.reduce((sum, place) => sum + place.faces, 0);
    const more = [
      found.elsewhere ? `${found.elsewhere.toLocaleString("en")} elsewhere` : "",
      found.unknown ? `${found.unknown.toLocaleString("en")} do not say where` : "",
    ].filter(Boolean);
    this.note.textContent = [counted(here, "face") + " on this map", ...more].join(", ");
    this.chosen.hidden = !found.chosen;
  }

  turn(open) {
    this.open = open;
    this.fold.setAttribute("aria-expanded", String(open));
    remember(OPEN, open);
    if (!open) {
      this.places?.end();
      this.places = null;
      this.body.replaceChildren();
    } else if (this.query !== undefined) this.map().show(this.query);
  }

  end() {
    this.places?.end();
  }
}
