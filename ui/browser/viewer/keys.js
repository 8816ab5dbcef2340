// What the keys mean in the viewer, and the list of them that `?` shows. It knows no photograph.
import { button, element, named } from "../elements.js";
import { sign } from "../signs.js";

const HELP = [
  ["← →", "the one before, the next"], ["Home End", "the first, the last"],
  ["f", "the next face of the photograph"], ["x or Space", "tick"], ["+ − 0", "zoom, and see all of it"],
  ["↓ ↑", "go through the attributes"], ["y n", "there: it has it, it has not"],
  ["Backspace", "there: ask the model again"], ["Ctrl Z", "undo that"],
  ["s p", "similar faces, the same person"], ["m Shift M", "more like this, not this"], ["b", "frames on and off"],
  ["i", "the panel"], ["c d o", "copy the path, download, open the folder"], ["Esc", "back to the gallery"],
];
const KEYS = {
  ArrowLeft: (does) => does.step(-1), ArrowRight: (does) => does.step(1), PageUp: (does) => does.step(-1),
  PageDown: (does) => does.step(1), Home: (does) => does.first(), End: (does) => does.last(),
  ArrowDown: (does) => does.attributes(), ArrowUp: (does) => does.attributes(),
  "+": (does) => does.zoom(1.5), "=": (does) => does.zoom(1.5), "-": (does) => does.zoom(1 / 1.5),
  0: (does) => does.fit(),
  f: (does) => does.another(1), F: (does) => does.another(-1), x: (does) => does.tick(), " ": (does) => does.tick(),
  s: (does) => does.asked("similar"), p: (does) => does.asked("person"),
  m: (does) => does.asked("like"), M: (does) => does.asked("unlike"),
  b: (does) => does.frames(), i: (does) => does.panel(), c: (does) => does.copy(), d: (does) => does.download(),
  o: (does) => does.open(), "?": (does) => does.help(), Escape: (does) => does.close(),
};
const STOPS = "button, a[href], [tabindex]";

/** Does what a key means, by the functions of `does`; returns whether it meant anything. */
export function pressed(event, does) {
  const meaning = meant(event);
  meaning?.(does);
  return Boolean(meaning);
}

/** Keeps Tab among what can have the focus in `element`. */
export function kept(event, element) {
  if (event.key !== "Tab") return;
  const stops = [...element.querySelectorAll(STOPS)].filter((one) => one.tabIndex >= 0 && one.getClientRects().length);
  const at = stops.indexOf(document.activeElement);
  if (!stops.length || !(event.shiftKey ? at <= 0 : at === stops.length - 1 || at < 0)) return;
  event.preventDefault();
  stops.at(event.shiftKey ? -1 : 0).focus();
}

/** The list of keys; `close` puts it away. */
export function help(close) {
  const key = (name) => (name === "or" ? " or " : element("kbd", "", {}, name));
  const lines = HELP.flatMap(([keys, meaning]) => [
    element("dt", "", {}, ...keys.split(" ").map(key)), element("dd", "", {}, meaning),
  ]);
  const heading = element("div", "fq-v-heading", {}, element("h3", "", {}, "Keys"),
    button("fq-v-button", sign("close"), named("Close the keys"), close));
  return element("div", "fq-v-keys", { role: "region", "aria-label": "Keys", hidden: true }, heading,
    element("dl", "", {}, ...lines));
}

function meant(event) {
  const { key, ctrlKey, metaKey, altKey } = event;
  if (altKey) return null;
  if (ctrlKey || metaKey) return key === "z" ? (does) => does.undo() : null;
  const presses = key === " " && event.target.closest?.("button, a"); // Space is theirs
  return presses || !Object.hasOwn(KEYS, key) ? null : KEYS[key];
}
