// A map of the hits: coast lines that ship with the program, and a round for each place, larger where there are more. One
// drags it and zooms by wheel, fingers, keys or buttons; a click on a place asks for what is near it. Nothing comes from
// outside.
import { button, element, named } from "../elements.js";
import { counted } from "../numbers.js";
import { Asker, ended } from "../server.js";
import { clustered, size } from "./clusters.js";
import { land, latitude, length, longitude, x, y } from "./world.js";

const APART = 60; // CSS pixels, about, between two places
const MOST = 150; // rounds that are drawn: those of the most faces
const FARTHEST = 2 ** 21; // pixels around the world, at the nearest zoom
const CLOSE = 2 ** 13; // as near as the map goes by itself
const REST = 120; // ms without movement before the server is asked
const STEP = 1.6; // of a zoom by button or key
const MOVED = 4; // pixels that are a drag and no click

export class Places {
  constructor({ chosen, found }) {
    this.choose = chosen;
    this.found = found;
    this.asker = new Asker();
    this.pointers = new Map();
    this.canvas = element("canvas", "", { "aria-hidden": "true" });
    this.rounds = element("div", "fq-s-rounds");
    const zoom = element("div", "fq-s-zoom", {},
      button("", "+", { "aria-label": "Nearer" }, () => this.zoom(STEP)),
      button("", "−", { "aria-label": "Farther" }, () => this.zoom(1 / STEP)),
      button("", "⌂", { "aria-label": "All places" }, () => this.fit()));
    this.element = element("div", "fq-s-map", {
      tabindex: "0", role: "group", "aria-label": "Where the faces were taken. Arrow keys move the map, plus and minus zoom, Tab goes to the places.",
    }, this.canvas, this.rounds, zoom);
    this.listen();
    this.sized = new ResizeObserver(() => this.draw());
    this.sized.observe(this.element);
    this.colours = matchMedia("(prefers-color-scheme: dark)");
    this.repaint = () => this.draw();
    this.colours.addEventListener("change", this.repaint);
    land().then((path) => { this.land = path; this.draw(); }, () => {});
  }

  async show(query) {
    this.query = query;
    try {
      if (!this.view) this.look(await this.asker.ask("places", { q: query, zoom: 4 }));
      else await this.load();
    } catch (error) {
      if (!ended(error)) this.rounds.replaceChildren(element("p", "", {}, error.message));
    }
  }

  // The first look: all places, as near as they fit.
  look(found) {
    this.all = found.places;
    this.fit();
    this.take(found);
  }

  fit() {
    const { clientWidth: wide, clientHeight: high } = this.element;
    const xs = (this.all ?? []).map((place) => x(place.longitude)), ys = (this.all ?? []).map((place) => y(place.latitude));
    if (!xs.length) return this.move({ x: 0.5, y: 0.4, scale: wide });
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const scale = Math.min((0.8 * wide) / (right - left || 1e-9), (0.7 * high) / (bottom - top || 1e-9), CLOSE);
    return this.move({ x: (left + right) / 2, y: (top + bottom) / 2, scale });
  }

  move(view) {
    const { clientWidth: wide, clientHeight: high } = this.element;
    const scale = Math.min(Math.max(view.scale, wide, high), FARTHEST);
    const half = { x: wide / 2 / scale, y: high / 2 / scale };
    this.view = {
      scale,
      x: Math.min(Math.max(view.x, half.x), 1 - half.x),
      y: Math.min(Math.max(view.y, half.y), 1 - half.y),
    };
    this.draw();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.load().catch(() => {}), REST);
  }

  async load() {
    const { clientWidth: wide, clientHeight: high } = this.element;
    if (!this.view || !wide) return;
    const { x: across, y: down, scale } = this.view;
    const half = { x: wide / 2 / scale, y: high / 2 / scale };
    this.take(await this.asker.ask("places", {
      q: this.query,
      north: latitude(down - half.y), south: latitude(down + half.y),
      west: longitude(across - half.x), east: longitude(across + half.x),
      zoom: Math.min(Math.max(Math.round(Math.log2(scale / 4 / APART)), 0), 20),
    }));
  }

  take(found) {
    this.places = clustered(found.places.slice(0, MOST), (place) => this.pixel(place));
    this.near = found.chosen;
    this.found(found);
    const most = Math.max(1, ...this.places.map((place) => place.faces));
    const shown = this.places.map((place) => this.round(place, most));
    this.rounds.replaceChildren(...shown);
    this.draw();
  }

  round(place, most) {
    const label = `${counted(place.faces, "face")} near ${place.latitude.toFixed(2)}, ${place.longitude.toFixed(2)}`;
    const made = button("fq-s-round", short(place.faces), named(label), () => {
      if (!this.dragged) this.choose(place.condition);
    });
    made.style.setProperty("--size", `${size(place.faces, most)}px`);
    return made;
  }

  draw() {
    const { clientWidth: wide, clientHeight: high } = this.element;
    if (!this.view || !wide) return;
    const dense = window.devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(wide * dense) || this.canvas.height !== Math.round(high * dense)) {
      this.canvas.width = Math.round(wide * dense);
      this.canvas.height = Math.round(high * dense);
    }
    this.paint(this.canvas.getContext("2d"), wide, high, dense);
    [...this.rounds.children].forEach((round, at) => {
      const { left, top } = this.pixel(this.places[at]);
      round.style.transform = `translate(${left}px, ${top}px) translate(-50%, -50%)`;
    });
  }

  paint(pen, wide, high, dense) {
    const style = getComputedStyle(this.element), { scale, x: across, y: down } = this.view;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    pen.setTransform(scale * dense, 0, 0, scale * dense, (wide / 2 - across * scale) * dense, (high / 2 - down * scale) * dense);
    if (this.land) {
      pen.fillStyle = style.getPropertyValue("--land");
      pen.strokeStyle = style.getPropertyValue("--coast");
      pen.lineWidth = 1 / scale;
      pen.fill(this.land);
      pen.stroke(this.land);
    }
    if (this.near) this.circle(pen, style, scale);
  }

  circle(pen, style, scale) {
    const [north, east, metres] = this.near;
    pen.beginPath();
    pen.arc(x(east), y(north), length(metres, north), 0, 2 * Math.PI);
    pen.strokeStyle = style.getPropertyValue("--st-primary-color");
    pen.lineWidth = 2 / scale;
    pen.stroke();
  }

  pixel({ latitude: north, longitude: east }) {
    const { clientWidth: wide, clientHeight: high } = this.element, { scale, x: across, y: down } = this.view;
    return { left: (x(east) - across) * scale + wide / 2, top: (y(north) - down) * scale + high / 2 };
  }

  // Keeps what lies under a point of the map, in CSS pixels, where it is.
  zoom(times, left = this.element.clientWidth / 2, top = this.element.clientHeight / 2) {
    if (!this.view) return;
    const { clientWidth: wide, clientHeight: high } = this.element, { scale, x: across, y: down } = this.view;
    const to = Math.min(Math.max(scale * times, wide, high), FARTHEST), by = 1 / scale - 1 / to;
    this.move({ scale: to, x: across + (left - wide / 2) * by, y: down + (top - high / 2) * by });
  }

  drag(right, down) {
    this.move({ scale: this.view.scale, x: this.view.x - right / this.view.scale, y: this.view.y - down / this.view.scale });
  }

  listen() {
    const map = this.element;
    map.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    map.addEventListener("pointerdown", (event) => this.press(event));
    map.addEventListener("pointermove", (event) => this.pull(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      map.addEventListener(end, (event) => this.pointers.delete(event.pointerId));
    }
    map.addEventListener("dblclick", (event) => { if (!event.target.closest("button")) this.zoom(STEP * STEP, ...this.point(event)); });
    map.addEventListener("keydown", (event) => this.key(event));
  }

  point(event) {
    const { left, top } = this.element.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  // The page scrolls under a pointer that only passes by: the map zooms where one has clicked into it, or pinches.
  wheel(event) {
    if (!event.ctrlKey && !this.element.contains(document.activeElement)) return;
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.002)), ...this.point(event));
  }

  press(event) {
    if (event.button || event.target.closest(".fq-s-zoom")) return;
    this.dragged = false;
    this.pointers.set(event.pointerId, this.point(event));
    this.begun = this.point(event);
  }

  pull(event) {
    const before = this.pointers.get(event.pointerId), now = this.point(event);
    if (!before || !this.view) return;
    if (!this.dragged && Math.hypot(now[0] - this.begun[0], now[1] - this.begun[1]) < MOVED) return;
    if (!this.dragged) this.element.setPointerCapture(event.pointerId); // from here on it is no click
    this.dragged = true;
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.pointers.set(event.pointerId, now);
    if (!other) return void this.drag(now[0] - before[0], now[1] - before[1]);
    const far = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]) || 1;
    this.zoom(far(now) / far(before), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
  }

  key(event) {
    if (event.target !== this.element || !this.view) return;
    const far = 60;
    const ways = {
      ArrowLeft: () => this.drag(far, 0), ArrowRight: () => this.drag(-far, 0), ArrowUp: () => this.drag(0, far), ArrowDown: () => this.drag(0, -far),
      "+": () => this.zoom(STEP), "=": () => this.zoom(STEP), "-": () => this.zoom(1 / STEP), Home: () => this.fit(),
    };
    if (!ways[event.key]) return;
    ways[event.key]();
    event.preventDefault();
    event.stopPropagation();
  }

  end() {
    clearTimeout(this.resting);
    this.asker.stop();
    this.sized.disconnect();
    this.colours.removeEventListener("change", this.repaint);
  }
}

function short(number) {
  return number < 1000 ? String(number) : `${(number / 1000).toFixed(number < 10_000 ? 1 : 0)}k`;
}
