// What the viewer asks the app's server, and what it keeps of that: details of faces, and photographs that are loaded.
const ROOT = new URL("../../", import.meta.url);
export const STEPS = [800, 1600, 2560]; // as ui/files/whole.py scales
const KEPT = 24; // faces
const PICTURES = 10; // photographs

export const address = (path) => new URL(path, ROOT).href;

/** What the server answers as JSON; an Error with its sentence where it refuses. */
export async function ask(path, said) {
  const how = said === undefined ? {} : {
    method: "POST", body: JSON.stringify(said), headers: { "Content-Type": "application/json" },
  };
  let answer;
  try {
    answer = await fetch(address(path), { credentials: "same-origin", ...how });
  } catch {
    throw new Error("The app does not answer: is `facequery ui` still running?");
  }
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(found.error ?? `The app answers ${answer.status}: look into its terminal.`);
  return found;
}

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
    return ask(`photographs/${face}?size=${size}`).then(() => "The photograph cannot be shown.", (error) => error.message);
  }
}

/** The smallest step that has so many pixels, or the largest. */
export function step(pixels) {
  return STEPS.find((known) => known >= pixels * 0.95) ?? STEPS.at(-1);
}

/** The face as the grid has loaded it already, else as the server cuts it out. */
export function thumbnail(face) {
  const mine = new RegExp(`/thumbnails/${face}(?!\\d)`);
  const shown = [...document.images].find((image) => image.complete && image.naturalWidth && mine.test(image.currentSrc));
  return shown ? shown.currentSrc : address(`thumbnails/${face}`);
}
