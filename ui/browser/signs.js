// The signs on buttons and before lines, drawn in the colour of the text around them.
import { element, svg } from "./elements.js";

// Lines on a square of 24.
const SIGNS = {
  close: "M6 6 18 18M18 6 6 18",
  back: "M15 5 8 12l7 7",
  on: "M9 5l7 7-7 7",
  tick: "M5 12.5l4.5 4.5L19 7.5",
  ring: "M12 4a8 8 0 1 0 0 16a8 8 0 1 0 0-16",
  ticked: "M12 4a8 8 0 1 0 0 16a8 8 0 1 0 0-16M8.5 12.2l2.4 2.4 4.6-4.9",
  panel: "M4 5h16v14H4zM14.5 5v14",
  frames: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M9 12h6",
  similar: "M10 4a6 6 0 1 0 0 12a6 6 0 1 0 0-12M14.5 14.5 20 20",
  person: "M12 4.5a3.6 3.6 0 1 0 0 7.2a3.6 3.6 0 1 0 0-7.2M5 19.5c.8-4 3.4-5.6 7-5.6s6.2 1.6 7 5.6",
  like: "M12 5v14M5 12h14",
  unlike: "M5 12h14",
  date: "M5 6h14v13H5zM5 10h14M9 3.5v4M15 3.5v4",
  camera: "M4 8h4l1.5-2.5h5L16 8h4v11H4zM12 10.5a3 3 0 1 0 0 6a3 3 0 1 0 0-6",
  lens: "M12 5a7 7 0 1 0 0 14a7 7 0 1 0 0-14M12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6",
  place: "M12 21c-4-4.5-6-7.6-6-10.5a6 6 0 0 1 12 0c0 2.9-2 6-6 10.5M12 8.5a2 2 0 1 0 0 4a2 2 0 1 0 0-4",
  folder: "M4 18V6h5.5l2 2.5H20V18z",
  file: "M7 4h7l4 4v12H7zM14 4v4h4",
  copy: "M9 9h10v11H9zM5 15V4h10",
  download: "M12 4v11M7.5 11 12 15.5 16.5 11M5 20h14",
  keys: "M3.5 7h17v10h-17zM7 10.5h.100M10.5 10.5h.100M14 10.5h.100M17 10.5h.100M8 14h8",
  help: "M9 9.3a3 3 0 1 1 4.3 2.7c-.9.5-1.3 1-1.3 2M12 17.5v.2",
  undo: "M9 6 5 10l4 4M5.5 10H14a5 5 0 0 1 0 10h-3",
  bigger: "M12 6v12M6 12h12",
  smaller: "M6 12h12",
  small: "M5 5h5v5H5zM14 5h5v5h-5zM5 14h5v5H5zM14 14h5v5h-5z",
};

// One of SIGNS; it is for the eye alone.
export function sign(name) {
  return svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", class: "fq-sign" }, svg("path", { d: SIGNS[name] }));
}

// A sign with words beside it, as children of an element.
export function signed(name, words) {
  return [sign(name), element("span", "", {}, words)];
}
