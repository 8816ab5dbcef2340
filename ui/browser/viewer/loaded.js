// What the viewer has loaded: details of faces, and photographs.
import { address, ask, refusal, thumbnail } from "../server.js";

export const STEPS = [720, 1080, 1600, 2560]; // as ui/files/whole.py scales
const KEPT = 24; // faces
const PICTURES = 10; // photographs

/** Details of faces, each asked for once until they are forgotten. */
export class Details {
  #known = new Map();

  constructor(query) {
    this.query = query;
  }

  of(face) {
    let found = this.#known.get(face);
    if (!found) {
      found = ask(`faces/${face}?q=${encodeURIComponent(this.query)}`);
      found.catch(() => this.#known.delete(face));
    }
    this.#known.delete(face); // the last asked for is the last to go
    this.#known.set(face, found);
    if (this.#known.size > KEPT) this.#known.delete(this.#known.keys().next().value);
    return found;
  }

  forget() {
    this.#known.clear();
  }
}

/** Photographs as elements that are loaded, or are being loaded. */
export class Photographs {
  #known = new Map();

  /** An <img> that may be put on the page, and in one place only. */
  of(face, size) {
    const source = address(`photographs/${face}?size=${size}`);
    let image = this.#known.get(source);
    if (!image || image.dataset.failed) {
      image = new Image();
      image.alt = "";
      image.draggable = false;
      image.decoding = "async";
      image.addEventListener("error", () => { image.dataset.failed = "true"; });
      image.src = source;
    }
    this.#known.delete(source);
    this.#known.set(source, image);
    if (this.#known.size > PICTURES) this.#known.delete(this.#known.keys().next().value);
    return image;
  }

  /** The sentence why a photograph does not come. */
  async why(face, size) {
    return (await refusal(`photographs/${face}?size=${size}`)) ?? "The photograph cannot be shown.";
  }
}

/** The smallest step that has so many pixels, or the largest. */
export function step(pixels) {
  return STEPS.find((known) => known >= pixels * 0.95) ?? STEPS.at(-1);
}

/** The face as the grid has loaded it already, else as the server cuts it out, of so many pixels. */
export function small(face, size = 320) {
  const mine = new RegExp(`/thumbnails/${face}(?!\\d)`);
  const shown = [...document.images].find((one) => one.complete && one.naturalWidth && mine.test(one.currentSrc));
  return shown ? shown.currentSrc : thumbnail(face, size);
}
