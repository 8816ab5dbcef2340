// The stage: a photograph with its faces framed, from the thumbnail that is there at once to every pixel there is.
import { element } from "../elements.js";
import { Boxes } from "./boxes.js";
import { gestures } from "./gestures.js";
import { small, step } from "./loaded.js";
import { Zoom } from "./zooming.js";

const MARGIN = 0.3; // around a face in its thumbnail, as ui/files/crops.py cuts it
const ALONE = 0.4; // of the stage's shorter side: a thumbnail before anything else is known
const UNLIKE = 0.02; // of the sides' ratio, from which a file shows something else than when its faces were found

export class Stage {
  /** `heard` has chosen(face), stepped(by), closed() and raised(): what a click on a face and swipes mean. */
  constructor(photographs, heard) {
    this.photographs = photographs;
    this.frame = element("div", "fq-v-frame");
    this.note = element("p", "fq-v-note", { role: "status" });
    this.boxes = new Boxes((face) => heard.chosen(face));
    this.element = element("div", "fq-v-stage", {}, this.frame, this.boxes.element, this.note);
    this.zoom = null;
    this.framed = true;
    this.#listen(heard);
    this.watching = new ResizeObserver(() => this.#resized());
  }

  /** Shows the thumbnail of a face, in the middle, until `photograph` says more. */
  begin(face) {
    this.face = face;
    this.seen = null;
    this.zoom = null;
    this.full = null;
    this.note.textContent = "";
    this.photograph = null;
    this.boxes.place(null);
    this.thumb = element("img", "fq-v-thumb", { alt: "", src: small(face), draggable: "false" });
    this.frame.replaceChildren(this.thumb);
    this.element.classList.add("fq-v-waiting");
    this.#draw();
  }

  /** What the server says of the face is known: how large its photograph is, and where the faces in it are. */
  async described(details) {
    const again = this.seen?.face === details.face;
    this.seen = details;
    this.boxes.show(details.faces, this.face, details.face, details.photograph);
    if (again || this.zoom) return this.#draw();
    this.zoom = new Zoom(details.photograph, this.#room());
    this.#draw();
    return this.#load(this.size(details));
  }

  /** Another face of the same photograph is the chosen one. */
  choose(details) {
    this.seen = details;
    this.boxes.show(details.faces, this.face, details.face, details.photograph);
    if (this.zoom && !this.zoom.isFitting) this.zoom.reveal(details.box);
    this.#draw();
  }

  /** The step that is enough for the stage as it is. */
  size(details) {
    const { width, height } = details.photograph;
    const fitting = new Zoom(details.photograph, this.#room()).fitting;
    return step(Math.max(width, height) * fitting * devicePixelRatio);
  }

  zoomed(factor, x = this.element.clientWidth / 2, y = this.element.clientHeight / 2) {
    if (!this.zoom) return;
    this.zoom.by(factor, x, y);
    this.#draw();
  }

  fitted() {
    this.zoom?.fit();
    this.#draw();
  }

  /** Shows or hides the frames around the faces. */
  frames(shown = !this.framed) {
    this.framed = shown;
    this.#draw();
    return shown;
  }

  async #load(size) {
    const { face } = this;
    const image = this.photographs.of(face, size);
    try {
      await image.decode();
    } catch {
      if (face === this.face) this.note.textContent = await this.photographs.why(face, size);
      return;
    }
    if (face !== this.face || this.photograph === image) return;
    this.#fits(image);
    image.className = "fq-v-photograph";
    this.photograph = image;
    this.frame.append(image);
    this.element.classList.remove("fq-v-waiting");
    this.#draw();
  }

  /** A file that shows something else by now is shown in its own sides, and without frames. */
  #fits(image) {
    const { width, height } = this.zoom.picture;
    const [now, then] = [image.naturalWidth / image.naturalHeight, width / height];
    this.strange = Math.abs(now / then - 1) > Math.max(UNLIKE, 2 / Math.min(image.naturalWidth, image.naturalHeight));
    if (this.strange) this.zoom = new Zoom({ width: image.naturalWidth, height: image.naturalHeight }, this.#room());
    if (this.strange || this.seen.changed) {
      this.note.textContent = "The file has changed since its faces were found: they may be elsewhere, or gone.";
    }
  }

  /** All pixels, as soon as the step shows fewer than the screen could. */
  #sharpen() {
    const { photograph, zoom, face } = this;
    if (!photograph || this.full || zoom.isFitting || this.strange) return;
    const wanted = zoom.picture.width * zoom.scale * devicePixelRatio;
    if (photograph.naturalWidth >= Math.min(zoom.picture.width, wanted)) return;
    const full = (this.full = this.photographs.of(face, "full"));
    full.decode().then(() => {
      if (face !== this.face) return;
      full.className = "fq-v-photograph";
      this.frame.append(full);
      this.#draw();
    }, () => undefined); // what is there stays
  }

  #draw() {
    const { zoom } = this;
    this.element.classList.toggle("fq-v-zoomed", Boolean(zoom && !zoom.isFitting));
    if (zoom) {
      const [width, height] = [zoom.picture.width * zoom.scale, zoom.picture.height * zoom.scale];
      Object.assign(this.frame.style, {
        transform: `translate(${zoom.left}px, ${zoom.top}px)`, width: `${width}px`, height: `${height}px`,
      });
      this.#placeThumb(zoom);
      this.boxes.place(this.framed && !this.strange ? zoom : null);
      this.#sharpen();
    } else {
      const { width, height } = this.#room();
      const side = Math.min(width, height) * ALONE;
      Object.assign(this.frame.style, {
        transform: `translate(${(width - side) / 2}px, ${(height - side) / 2}px)`,
        width: `${side}px`, height: `${side}px`,
      });
    }
  }

  /** The thumbnail lies where it was cut out of the photograph. */
  #placeThumb({ scale, picture }) {
    const [left, top, right, bottom] = this.seen.faces.find((one) => one.face === this.face)?.box ?? this.seen.box;
    const longer = (1 + MARGIN) * Math.max(right - left, bottom - top);
    const side = Math.max(1, Math.min(longer, picture.width, picture.height));
    const [x, y] = [[left + right, picture.width], [top + bottom, picture.height]].map(
      ([sum, length]) => Math.min(Math.max((sum - side) / 2, 0), length - side),
    );
    Object.assign(this.thumb.style, {
      left: `${x * scale}px`, top: `${y * scale}px`, width: `${side * scale}px`, height: `${side * scale}px`,
    });
  }

  #room() {
    return { width: this.element.clientWidth, height: this.element.clientHeight };
  }

  #resized() {
    if (!this.element.clientWidth) return;
    this.zoom?.resized(this.#room());
    this.#draw();
  }

  #listen(heard) {
    gestures(this.element, {
      isZoomed: () => Boolean(this.zoom && !this.zoom.isFitting),
      zoom: (factor, x, y) => this.zoomed(factor, x, y),
      toggle: (x, y) => { this.zoom?.toggle(x, y); this.#draw(); },
      pan: (right, down) => { this.zoom?.pan(right, down); this.#draw(); },
      dragged: (right, down) => {
        this.element.style.translate = Math.abs(right) > Math.abs(down) ? `${right / 2}px` : "";
      },
      swiped: (where) => {
        this.element.style.translate = "";
        if (where === "left" || where === "right") heard.stepped(where === "left" ? 1 : -1);
        if (where === "down") heard.closed();
        if (where === "up") heard.raised();
      },
    });
  }
}
