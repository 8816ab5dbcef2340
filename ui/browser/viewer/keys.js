// What the keys mean in the viewer, and the list of them that `?` shows. It knows no photograph.
import { button, make } from "./elements.js";

const HELP = [
  ["← →", "the one before, the next"], ["Home End", "the first, the last"], ["f", "the next face of the photograph"],
  ["x or Space", "tick"], ["+ − 0", "zoom, and see all of it"], ["↓ ↑", "go through the attributes"],
  ["y n", "there: it has it, it has not"], ["Backspace", "there: ask the model again"], ["Ctrl Z", "undo that"],
  ["s p", "similar faces, the same person"], ["m Shift M", "more like this, not this"], ["b", "frames on and off"],
  ["i", "the panel"], ["c d o", "copy the path, download, open the folder"], ["Esc", "back to the gallery"],
];

/** What a key does, by its name: `does` has a function for each. Returns whether it meant anything. */
export function pressed(event, does) {
  if (event.altKey || event.metaKey && event.key !== "z") return false;
  if (event.ctrlKey || event.metaKey) return event.key === "z" && run(does.undo);
  const meant = {
    ArrowLeft: () => does.step(-1), ArrowRight: () => does.step(1), PageUp: () => does.step(-1), PageDown: () => does.step(1),
    Home: () => does.first(), End: () => does.last(), ArrowDown: does.attributes, ArrowUp: does.attributes,
    "+": () => does.zoom(1.5), "=": () => does.zoom(1.5), "-": () => does.zoom(1 / 1.5), "0": does.fit,
    f: () => does.another(1), F: () => does.another(-1), x: does.tick, " ": does.tick,
    s: () => does.asked("similar"), p: () => does.asked("person"), m: () => does.asked("like"), M: () => does.asked("unlike"),
    b: does.frames, i: does.panel, c: does.copy, d: does.download, o: does.open, "?": does.help, Escape: does.close,
  };
  if (!(event.key in meant) || (event.key === " " && event.target.closest?.("button, a, .fq-v-row"))) return false;
  return run(meant[event.key]);
}

/** Keeps Tab among what can have the focus in `element`. */
export function kept(event, element) {
  if (event.key !== "Tab") return;
  const all = [...element.querySelectorAll("button, a[href], [tabindex]")].filter((one) => one.tabIndex >= 0 && one.getClientRects().length);
  const at = all.indexOf(document.activeElement);
  const end = event.shiftKey ? at <= 0 : at === all.length - 1 || at < 0;
  if (!end || !all.length) return;
  event.preventDefault();
  all.at(event.shiftKey ? -1 : 0).focus();
}

/** The list of keys, which a click on it puts away. */
export function help(close) {
  const lines = HELP.flatMap(([keys, meaning]) => [
    make("dt", {}, ...keys.split(" ").map((key) => (key === "or" ? ` ${key} ` : make("kbd", { text: key })))), make("dd", { text: meaning }),
  ]);
  return make("div", { class: "fq-v-keys", role: "region", "aria-label": "Keys", hidden: true },
    make("div", { class: "fq-v-heading" }, make("h3", { text: "Keys" }), button("Close the list of keys", "close", close)), make("dl", {}, ...lines));
}

function run(meaning) {
  meaning();
  return true;
}
