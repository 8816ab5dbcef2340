// The map of faces: points that lie near those they resemble. What is ticked is told to Python when a lasso closes.
import { fetchColours, fetchPoints } from "./map/points.js";
import { View, moving } from "./map/view.js";
import { legend, paperOf, table, themeOf } from "./map/colours.js";
import { Drawing, Pictures } from "./map/drawing.js";
import { listed } from "./map/list.js";
import { chooser, controls } from "./map/controls.js";
import { Looking } from "./map/looking.js";
import { Lasso } from "./map/lasso.js";
import { mounted } from "./mounted.js";
import { counted } from "./numbers.js";
import { address, ask } from "./server.js";

const ASK = 1000; // ms between two looks at how far the map is

class FaceMap {
  constructor(parent) {
    this.parent = parent;
    this.view = new View();
    this.drawn = { address: null, by: "", cleared: 0 };
    this.pictures = new Pictures(() => this.redraw());
    this.lasso = new Lasso();
    this.build();
    this.drawing = new Drawing(this.canvas, this.pictures);
    this.looking = new Looking(this, this.cardPlace);
    this.stops = [
      moving(this.canvas, this.view, {
        changed: (keys) => { if (keys) this.looking.middle(); this.redraw(); },
        hover: (x, y) => this.looking.hovered(x, y),
        press: (x, y) => this.looking.pressed(x, y),
        key: (event) => this.key(event),
        lasso: {
          wanted: (event) => event.shiftKey || this.lasso.on,
          begin: (x, y) => this.lasso.begin(this.view.toMap(x, y)),
          go: (x, y) => { this.lasso.go(this.view.toMap(x, y)); this.redraw(); },
          end: (whole) => this.closed(whole),
        },
      }),
    ];
    this.watch = new ResizeObserver(() => this.resized());
    this.watch.observe(this.canvas);
  }

  build() {
    const made = controls({
      lasso: () => this.setLasso(!this.lasso.on),
      list: () => this.toggleList(),
      whole: () => this.whole(),
      zoom: (times) => { this.view.zoom(times); this.redraw(); },
    });
    Object.assign(this, made);
    this.parent.replaceChildren(made.root);
  }

  show({ data, setTriggerValue }) {
    this.tell = (ticked) => setTriggerValue("ticked", ticked);
    this.ask = (face) => setTriggerValue("similar", face);
    this.update(data);
  }

  // Data from Python: `address` are the URL's parameters, `groups` what may colour, `by` what does at first, `cleared`
  // how often the ticks were taken away.
  async update(data) {
    if (!this.drawn.groups) {
      this.wanted = data.by;
      this.chooserPlace.replaceChildren(chooser(data.groups, data.by, (by) => this.colourBy(by)));
      this.drawn.groups = true;
    }
    if (data.cleared !== this.drawn.cleared) {
      this.drawn.cleared = data.cleared;
      this.points?.untick();
      this.said();
    }
    if (data.address !== this.drawn.address) {
      this.drawn.address = data.address;
      await this.fetch();
    }
    this.redraw();
  }

  async fetch() {
    const asked = this.drawn.address;
    try {
      const points = await fetchPoints(address(`points?${asked}`));
      if (asked !== this.drawn.address || this.ended) return;
      const before = this.points;
      this.points = points;
      this.looking.at(-1);
      this.resized();
      if (!before || before.said.stamp !== points.said.stamp || before.count !== points.count) this.whole();
      if (!this.listPlace.hidden) this.list();
      this.say("");
      await this.colourBy(this.wanted);
      if (points.said.lacking) this.follow(asked);
    } catch (error) {
      this.say(error.message);
    }
  }

  // While faces have no place yet: says how far the map is, and fetches it when it is there.
  async follow(asked) {
    const pace = await ask("points/progress");
    if (asked !== this.drawn.address || this.ended) return;
    const lacking = counted(this.points.said.lacking, "face");
    if (pace.error) return this.say(`${lacking} have no place on the map: ${pace.error}`);
    if (!pace.running) return this.once ? this.say(`${lacking} have no place on the map yet.`) : (this.once = true, this.fetch());
    this.once = false;
    this.say(`${lacking} are being placed: ${Math.floor(pace.share * 100)} %. You can go on elsewhere meanwhile.`);
    setTimeout(() => this.follow(asked), ASK);
  }

  say(text) {
    this.message.textContent = text;
    this.message.hidden = !text;
    this.said();
  }

  async colourBy(by) {
    this.wanted = by;
    const colours = () => fetchColours(address(`points/colours?${this.drawn.address}`, { by }));
    const found = by && by !== "apart" ? await colours() : { codes: by ? this.points.apart : null };
    if (by !== this.wanted || this.ended) return;
    if (found.stamp && found.stamp !== this.points.said.stamp) return this.fetch();
    Object.assign(this, { by, found });
    this.recolour();
  }

  recolour() {
    this.theme = themeOf(this.parent);
    this.paper = paperOf(this.parent);
    this.colours = table(this.by, this.theme);
    legend(this.legendPlace, this.by, this.found, this.theme, (code) => this.tickCode(code));
    this.redraw();
  }

  tickCode(code) {
    const { codes } = this.found;
    this.tick(Array.from(codes.keys()).filter((i) => codes[i] === code));
  }

  tick(which, value = 1) {
    this.points.tick(which, value);
    this.tell(this.points.tickedFaces());
    this.looking.show();
    this.redraw();
    this.said();
  }

  said() {
    const ticked = this.points ? this.points.tickedFaces().length : 0;
    this.state.textContent = ticked ? `${this.counted()}, ${ticked.toLocaleString("en")} ticked` : this.counted();
  }

  // How many faces are on the map, of those that will be.
  counted() {
    if (!this.points) return "Coming …";
    const { count, said } = this.points;
    if (!said.lacking) return counted(count, "face");
    return count ? `${count.toLocaleString("en")} of ${counted(count + said.lacking, "face")} placed` : "Being placed …";
  }

  closed(whole) {
    const polygon = this.lasso.end();
    if (whole && polygon.length > 2) this.tick(this.points.inside(polygon));
    this.redraw();
  }

  setLasso(on) {
    this.lasso.on = on;
    this.lassoTool.setAttribute("aria-pressed", on);
    this.canvas.classList.toggle("fq-map-lasso", on);
  }

  toggleList() {
    this.listPlace.hidden = !this.listPlace.hidden;
    this.listTool.setAttribute("aria-pressed", !this.listPlace.hidden);
    if (!this.listPlace.hidden) this.list();
  }

  list() {
    listed(this.listPlace, this.points, { look: (which) => this.lookAt(which), tick: (which) => this.tick(which) });
  }

  // Shows these points, and of one its face.
  lookAt(which) {
    const [x, y] = ["x", "y"].map((axis) => which.map((i) => this.points[axis][i]).sort((a, b) => a - b));
    const few = Math.floor(which.length / 50), last = which.length - 1 - few;
    const room = which.length > 1 ? 0 : 600;
    this.view.fit([x[few] - room, y[few] - room, x[last] + room, y[last] + room], 1.3);
    this.looking.at(which.length === 1 ? which[0] : -1, true);
    this.redraw();
  }

  key(event) {
    const space = event.key === " " || event.key === "Enter";
    if (event.key === "Escape") this.escape();
    else if (event.key === "0") this.whole();
    else if (event.key === "l" || event.key === "L") this.setLasso(!this.lasso.on);
    else if (space && this.looking.focus >= 0) this.looking.flip();
    else return;
    event.preventDefault();
  }

  escape() {
    if (this.lasso.path.length) this.lasso.end();
    else if (this.points?.someTicked) { this.points.untick(); this.tick([]); }
    this.setLasso(false);
    this.looking.at(-1);
    this.redraw();
  }

  whole() {
    this.resized();
    if (this.points) this.view.fit(this.points.box());
    this.redraw();
  }

  resized() {
    this.view.width = this.canvas.clientWidth || 1;
    this.view.height = this.canvas.clientHeight || 1;
    if (this.colours && themeOf(this.parent) !== this.theme) this.recolour();
    this.redraw();
  }

  redraw() {
    if (this.asked || !this.points || !this.colours) return;
    this.asked = requestAnimationFrame(() => {
      this.asked = 0;
      this.paint();
    });
  }

  paint() {
    const dark = this.theme === "dark", { points, view, colours, looking } = this;
    const frame = { points, view, colours, codes: this.found?.codes, focus: looking.focus };
    this.drawing.draw({ ...frame, background: this.paper, ink: dark ? 0xffffffff : 0xff201a17 });
    this.lasso.draw(this.drawing.context, view, this.drawing.density, dark ? "#ffffff" : "#17181c");
  }

  end() {
    this.ended = true;
    this.stops.forEach((stop) => stop());
    this.watch.disconnect();
    cancelAnimationFrame(this.asked);
    this.root.remove();
  }
}

export const mount = mounted(FaceMap);
