// The faces of a photograph, framed on the stage: each a button with its name and what it surely has.
import { make } from "./elements.js";

const EDGE = 4; // CSS pixels between words and the edge of the stage
const FEW = 8; // faces; where there are more, only the chosen one and the one pointed at have their words

export class Boxes {
  /** `chosen(face)` is called for a click on one. */
  constructor(chosen) {
    this.element = make("div", { class: "fq-v-faces", role: "group", "aria-label": "Faces in this photograph" });
    this.chosen = chosen;
    this.faces = [];
    this.buttons = [];
  }

  /** The `faces` as the server describes them, `hit` being the one that was found, and `current` the chosen one. */
  show(faces, hit, current) {
    const focused = this.element.contains(document.activeElement);
    this.faces = faces;
    this.element.classList.toggle("fq-v-many", faces.length > FEW);
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
      Object.assign(button.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
      button.classList.toggle("fq-v-words-inside", top + height > zoom.stage.height - 56);
      const [middle, half] = [left + width / 2, this.widths[number] / 2 + EDGE];
      const shift = Math.max(0, half - middle) - Math.max(0, middle + half - zoom.stage.width);
      button.style.setProperty("--fqv-shift", `${middle > 0 && middle < zoom.stage.width ? shift : 0}px`);
    });
  }

  #button(face, hit, current) {
    const words = [face.person, ...face.surest].filter(Boolean);
    const mine = face.face === current;
    const named = make("span", { class: "fq-v-words" });
    if (face.person) named.append(make("strong", { text: face.person }));
    for (const said of face.surest) named.append(make("span", { text: said }));
    const classes = ["fq-v-face", mine && "fq-v-chosen", face.matches && "fq-v-matches", face.face === hit && "fq-v-hit"];
    return make("button", {
      type: "button",
      class: classes.filter(Boolean).join(" "),
      tabindex: mine ? 0 : -1,
      "aria-pressed": String(mine),
      "aria-label": spoken(face, words),
      on: { click: () => this.chosen(face.face) },
    }, words.length ? named : null);
  }
}

/** The one that was found first, then those that match, then the others, from left to right. */
export function inOrder(faces, hit) {
  const rank = (face) => (face.face === hit ? 0 : face.matches ? 1 : 2);
  return [...faces].sort((one, other) => rank(one) - rank(other));
}

function spoken(face, words) {
  const matching = face.matches === null ? "" : face.matches ? "; matches" : "; does not match";
  return `Face ${face.face}${words.length ? `: ${words.join(", ")}` : ""}${matching}`;
}
