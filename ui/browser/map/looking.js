// The point that is looked at: by hovering over it, by a press, which holds it, or by moving the map with keys.
import { card } from "./controls.js";

const NEAR = 14, MIDDLE = 80; // pixels from a place where a point still is meant

export class Looking {
  // `map` has points, view, drawing, pictures, tick(points, value), ask(face), redraw().
  constructor(map, place) {
    Object.assign(this, { map, place, focus: -1, held: false });
  }

  at(i, held = false) {
    this.held = held && i >= 0;
    if (i === this.focus) return;
    this.focus = i;
    this.show();
    this.map.redraw();
  }

  hovered(x, y) {
    if (!this.held) this.at(x < 0 ? -1 : this.found(x, y));
  }

  pressed(x, y) {
    this.at(this.found(x, y), true);
  }

  middle() {
    const { points, view } = this.map;
    this.at(points ? points.nearest(view.x, view.y, MIDDLE / view.scale) : -1, true);
  }

  found(x, y) {
    const { points, view, drawing } = this.map;
    if (!points) return -1;
    const face = drawing.shown.find((one) => Math.abs(one.x - x) < one.size / 2 && Math.abs(one.y - y) < one.size / 2);
    return face ? face.i : points.nearest(...view.toMap(x, y), NEAR / view.scale);
  }

  flip() {
    this.map.tick([this.focus], this.map.points.ticked[this.focus] ? 0 : 1);
  }

  show() {
    this.place.hidden = this.focus < 0;
    if (this.focus < 0) return;
    const { points, pictures } = this.map, i = this.focus, face = points.faces[i];
    card(this.place, { picture: pictures.address(face), title: `Face ${face}`, text: this.said(i) }, [
      [points.ticked[i] ? "Untick" : "Tick", () => this.flip()],
      ["Similar faces", () => this.map.ask(face)],
    ]);
  }

  said(i) {
    const { by, found } = this.map;
    if (!found?.codes || !by || by === "apart") return "";
    const code = found.codes[i];
    if (by !== "people") return code >= 128 ? "has it" : "has it not";
    return found.people[code - 1]?.name || (code ? "an unnamed group" : "nobody");
  }
}
