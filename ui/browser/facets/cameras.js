// The cameras by which the hits were taken; a name asks for what is of that camera.
import { button, element } from "../elements.js";
import { counted } from "../numbers.js";
import { Asker, ended } from "../server.js";

export class Cameras {
  constructor(ask) {
    this.ask = ask;
    this.asker = new Asker();
    this.list = element("ul", "fq-f-rows");
    this.element = element("details", "fq-f-group", {}, element("summary", "", {}, "Cameras"), this.list);
    this.element.addEventListener("toggle", () => this.load());
  }

  show({ query, generation }) {
    this.query = query;
    this.wanted = JSON.stringify([query, generation]);
    this.load();
  }

  async load() {
    if (!this.element.open || this.key === this.wanted) return;
    this.key = this.wanted;
    try {
      this.draw(await this.asker.ask("cameras", { q: this.query }));
    } catch (error) {
      this.key = null;
      if (!ended(error)) this.list.replaceChildren(element("li", "fq-f-rest", {}, error.message));
    }
  }

  draw({ cameras, rest, unknown, chosen }) {
    const rows = cameras.map((camera) => this.row(camera, camera.condition === chosen));
    const others = [rest && `${counted(rest, "face")} by others`, unknown && `${counted(unknown, "face")} without a camera`];
    this.list.replaceChildren(...rows, ...others.filter(Boolean).map((text) => element("li", "fq-f-rest", {}, text)));
  }

  row({ name, faces, condition }, wanted) {
    const said = [element("span", "fq-f-label", {}, name), element("span", "fq-f-count", {}, faces.toLocaleString("en"))];
    const asked = () => this.ask({ what: "toggle", condition });
    const made = button("fq-f-name", said, { "aria-pressed": String(wanted), title: name }, asked);
    return element("li", "", {}, element("div", `fq-f-row${wanted ? " fq-f-wanted" : ""}`, {}, made));
  }

  end() {
    this.asker.stop();
  }
}
