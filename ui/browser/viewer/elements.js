// Elements of a page. What a stranger wrote becomes text and attributes, and never markup.

/** An element with attributes (`text` is its content, `on` its listeners, a false or null one is left out). */
export function make(kind, { text, on = {}, ...attributes } = {}, ...children) {
  const element = document.createElement(kind);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  for (const [event, heard] of Object.entries(on)) element.addEventListener(event, heard);
  if (text !== undefined && text !== null) element.textContent = text;
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A button with an icon, whose name is read out and shown on hovering; with `words` they stand beside the icon. */
export function button(name, sign, heard, { words = null, ...attributes } = {}) {
  const made = make("button", { type: "button", class: "fq-v-button", title: name, "aria-label": name, ...attributes });
  made.append(icon(sign));
  if (words) made.append(make("span", { text: words }));
  made.addEventListener("click", heard);
  return made;
}

/** Lines on a square of 24, drawn with the colour of the text around. */
const SIGNS = {
  close: "M6 6 18 18M18 6 6 18",
  back: "M15 5 8 12l7 7",
  on: "M9 5l7 7-7 7",
  tick: "M5 12.5l4.5 4.5L19 7.5",
  untick: "M6 12h12",
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
  undo: "M9 6 5 10l4 4M5.5 10H14a5 5 0 0 1 0 10h-3",
  bigger: "M12 6v12M6 12h12",
  smaller: "M6 12h12",
};

/** One of SIGNS; it is for the eye alone. */
export function icon(sign) {
  const [svg, path] = ["svg", "path"].map((kind) => document.createElementNS("http://www.w3.org/2000/svg", kind));
  for (const [name, value] of [["viewBox", "0 0 24 24"], ["aria-hidden", "true"], ["class", "fq-v-sign"]]) {
    svg.setAttribute(name, value);
  }
  path.setAttribute("d", SIGNS[sign]);
  svg.append(path);
  return svg;
}

/** The style sheets beside this module, once; resolves when they hold. */
export function styled() {
  return Promise.all(["viewer", "stage", "panel", "facts", "bars"].map((name) => sheet(new URL(`${name}.css`, import.meta.url).href)));
}

function sheet(address) {
  let link = [...document.querySelectorAll("link[rel=stylesheet]")].find((known) => known.href === address);
  if (link?.sheet) return null;
  if (!link) {
    link = make("link", { rel: "stylesheet", href: address });
    document.head.append(link);
  }
  return new Promise((done) => ["load", "error"].forEach((event) => link.addEventListener(event, done)));
}
