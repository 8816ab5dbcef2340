// The faces of a photograph, framed on the stage: each a button with its name and what it surely has.
import { button, element } from "../elements.js";

const EDGE = 4; // CSS pixels between words and the edge of the stage
const ALL = 0.4; // of a photograph, from which a face is all that it shows
const SMALL = 56; // CSS pixels of a frame that is too narrow for words
const FEW = 8; // faces; where there are more, only the chosen one and the one pointed at have their words

export class Boxes {
  /** `chosen(face)` is called for a click on one. */
  constructor(chosen) {
    this.element = element("div", "fq-v-faces", { role: "group", "aria-label": "Faces in this photograph" });
    this.chosen = chosen;
    this.faces = [];
    this.buttons = [];
  }

  /**
   * The `faces` as the server describes them, `hit` being the one that was found, and `current` the chosen one; the
   * photograph has that `size`.
   */
  show(faces, hit, current, size) {
    const focused = this.element.contains(document.activeElement);
    this.faces = faces;
    this.element.classList.toggle("fq-v-many", faces.length > FEW);
    this.element.classList.toggle("fq-v-whole", faces.length === 1 && fills(faces[0].box, size));
    this.widths = null;
    this.buttons = faces.map((face) => this.#button(face, hit, current));
    this.element.replaceChildren(...this.buttons);
    if (focused) this.buttons.find((button) => button.tabIndex === 0)?.focus({ preventScroll: true });
  }

  /** Where they lie, by a Zoom; null hides them. */
  place(zoom) {
    this.element.hidden = zoom === null;
    if (zoom === null) return;
    this.widths ??= this.buttons.map((button) => button.firstChild?.offsetWidth ?? 0);
    this.buttons.forEach((button, number) => {
      const { left, top, width, height } = zoom.placed(this.faces[number].box);
      const sides = Object.entries({ left, top, width, height });
      for (const [side, pixels] of sides) button.style[side] = `${pixels}px`;
      button.classList.toggle("fq-v-small", width < SMALL);
      button.classList.toggle("fq-v-words-inside", top + height > zoom.stage.height - 56);
      const [middle, half] = [left + width / 2, this.widths[number] / 2 + EDGE];
      const shift = Math.max(0, half - middle) - Math.max(0, middle + half - zoom.stage.width);
      button.style.setProperty("--fqv-shift", `${middle > 0 && middle < zoom.stage.width ? shift : 0}px`);
    });
  }

  #button(face, hit, current) {
    const words = [face.person, ...face.surest].filter(Boolean);
    const mine = face.face === current;
    const said = element("span", "fq-v-words", {}, face.person && element("strong", "", {}, face.person),
      ...face.surest.map((one) => element("span", "", {}, one)));
    const classes = ["fq-v-face", mine && "fq-v-chosen", face.matches && "fq-v-matches", face.face === hit && "fq-v-hit"];
    const how = { tabindex: mine ? 0 : -1, "aria-pressed": String(mine), "aria-label": spoken(face, words) };
    return button(classes.filter(Boolean).join(" "), words.length > 0 && said, how, () => this.chosen(face.face));
  }
}

/** The one that was found first, then those that match, then the others, from left to right. */
export function inOrder(faces, hit) {
  const rank = (face) => (face.face === hit ? 0 : face.matches ? 1 : 2);
  return [...faces].sort((one, other) => rank(one) - rank(other));
}

/** Whether a face is the photograph, more or less: its words would cover it, and the panel has them. */
function fills([left, top, right, bottom], { width, height }) {
  return (right - left) * (bottom - top) > ALL * width * height;
}

function spoken(face, words) {
  const matching = face.matches === null ? "" : face.matches ? "; matches" : "; does not match";
  return `Face ${face.face}${words.length ? `: ${words.join(", ")}` : ""}${matching}`;
}
