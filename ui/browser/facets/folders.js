// The folders of the hits as a tree. A level is asked for when it is opened; a folder's name asks for what lies in it.
import { button, element } from "../elements.js";
import { counted } from "../numbers.js";
import { Asker, ended } from "../server.js";

export class Folders {
  constructor(ask) {
    this.ask = ask;
    this.top = new Level("/", this);
    this.element = element("details", "fq-f-group", {}, element("summary", "", {}, "Folders"), this.top.element);
    this.element.addEventListener("toggle", () => this.load());
  }

  show({ query, generation }) {
    this.query = query;
    this.key = JSON.stringify([query, generation]);
    this.load();
  }

  load() {
    if (this.element.open) this.top.load();
  }

  end() {
    this.top.end();
  }
}

class Level {
  constructor(under, tree) {
    this.under = under;
    this.tree = tree;
    this.asker = new Asker();
    this.below = new Map(); // what was opened, by how the server calls it
    this.element = element("ul", "fq-f-rows fq-f-tree");
  }

  async load() {
    for (const level of this.below.values()) if (level.open) level.load();
    if (this.key === this.tree.key) return;
    this.key = this.tree.key;
    try {
      this.draw(await this.asker.ask("folders", { q: this.tree.query, under: this.under }));
    } catch (error) {
      this.key = null;
      if (!ended(error)) this.element.replaceChildren(element("li", "fq-f-rest", {}, error.message));
    }
  }

  draw({ folders, here, rest, chosen }) {
    if (this.under === "/" && !this.known && folders.length === 1 && !rest) this.unfold(folders[0]); // all lies in it
    this.known = true;
    const rows = folders.map((folder) => this.row(folder, chosen));
    const others = [here ? `${counted(here, "face")} here` : null, rest ? `${counted(rest, "face")} in further folders` : null];
    this.element.replaceChildren(...rows, ...others.filter(Boolean).map((text) => element("li", "fq-f-rest", {}, text)));
  }

  row(folder, chosen) {
    const wanted = folder.condition === chosen;
    const said = [element("span", "fq-f-label", {}, folder.name), element("span", "fq-f-count", {}, folder.faces.toLocaleString("en"))];
    const asked = () => this.tree.ask({ what: "toggle", condition: folder.condition });
    const name = button("fq-f-name", said, { "aria-pressed": String(wanted), title: folder.name }, asked);
    const line = element("div", `fq-f-row${wanted ? " fq-f-wanted" : ""}`, {}, this.opener(folder), name);
    const level = this.below.get(folder.under);
    return element("li", "", {}, line, level?.open && level.element);
  }

  opener(folder) {
    if (!folder.folders) return element("span", "fq-f-opener");
    const open = Boolean(this.below.get(folder.under)?.open);
    return button("fq-f-opener", "›", { "aria-expanded": String(open), "aria-label": `Folders in ${folder.name}` }, (event) => this.turn(folder, event.currentTarget));
  }

  unfold(folder) {
    if (!folder.folders) return;
    const level = this.level(folder);
    level.open = true;
    level.load();
  }

  level(folder) {
    if (!this.below.has(folder.under)) this.below.set(folder.under, new Level(folder.under, this.tree));
    return this.below.get(folder.under);
  }

  turn(folder, opener) {
    const level = this.level(folder);
    level.open = !level.open;
    opener.setAttribute("aria-expanded", String(level.open));
    if (!level.open) return level.element.remove();
    opener.closest("li").append(level.element);
    return level.load();
  }

  end() {
    this.asker.stop();
    for (const level of this.below.values()) level.end();
  }
}
