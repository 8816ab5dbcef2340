// What the points are coloured by, told apart by who sees no red or no green, and the legend that says it.
import { button, element } from "../elements.js";

const PEOPLE = { // Paul Tol's muted; on black, brighter ones
  light: ["#332288", "#2f9fd0", "#44aa99", "#117733", "#b59b00", "#cc6677", "#882255", "#aa4499"],
  dark: ["#e69f00", "#56b4e9", "#00c08b", "#f0e442", "#8c9eff", "#ff7f50", "#e39ac4", "#ffffff"],
};
const SHADES = { // below, at, and above the threshold
  light: ["#1f5fa8", "#b9b9b4", "#b8500b"],
  dark: ["#5aa9ff", "#6a6a70", "#ffa24d"],
};
const OTHER = { light: "#a0a0a0", dark: "#70707a" }, NOBODY = { light: "#cfcfcf", dark: "#4a4a52" };
const PLAIN = { light: "#2b6777", dark: "#7fc4d4" };
const MIDDLE = 128, MOST = 8;

const parts = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
const packed = ([r, g, b]) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;

function between(first, second, share) {
  const [a, b] = [parts(first), parts(second)];
  return packed(a.map((value, at) => Math.round(value + (b[at] - value) * share)));
}

// The page's background, as a canvas has it.
export function paperOf(element) {
  const said = getComputedStyle(element).getPropertyValue("--st-background-color").trim();
  return said.startsWith("#") && said.length === 7 ? packed(parts(said)) : packed(parts("#ffffff"));
}

// Whether the page is dark, by its background.
export function themeOf(element) {
  const said = getComputedStyle(element).getPropertyValue("--st-background-color").trim();
  return said.startsWith("#") && parts(said).reduce((sum, value) => sum + value, 0) < 384 ? "dark" : "light";
}

// 256 colours as a canvas has them, one for each code.
export function table(by, theme) {
  const colours = new Uint32Array(256).fill(packed(parts(PLAIN[theme])));
  if (by === "people") {
    colours.fill(packed(parts(OTHER[theme])));
    colours[0] = packed(parts(NOBODY[theme]));
    PEOPLE[theme].forEach((colour, at) => { colours[at + 1] = packed(parts(colour)); });
  } else if (by) {
    const [low, middle, high] = by === "apart" ? [SHADES[theme][1], SHADES[theme][1], SHADES[theme][2]] : SHADES[theme];
    for (let code = 0; code < 256; code++) {
      const share = code < MIDDLE ? 1 - code / MIDDLE : (code - MIDDLE) / (255 - MIDDLE);
      colours[code] = between(middle, code < MIDDLE ? low : high, Math.min(1, 0.25 + 0.75 * share));
    }
  }
  return colours;
}

// The legend's lines: [colour, text, code or null].
function lines(by, found, theme) {
  if (by === "people") {
    const known = found.people.map((one, at) => [PEOPLE[theme][at], `${one.name || `Group ${one.id}`} · ${one.size.toLocaleString("en")}`, at + 1]);
    if (found.codes.some((code) => code > MOST)) known.push([OTHER[theme], "Others", MOST + 1]);
    return [...known, [NOBODY[theme], "Nobody", 0]];
  }
  if (by === "apart") return [[SHADES[theme][1], "Among its likes"], [SHADES[theme][2], "Alone"]];
  if (!by) return [];
  const percent = `${Math.round(found.threshold * 100)} %`;
  return [[SHADES[theme][0], "0 %: has not"], [SHADES[theme][1], `${percent}: threshold`], [SHADES[theme][2], "100 %: has"]];
}

// Draws it into `place`; a person's line is a button that ticks them, by `tick(code)`.
export function legend(place, by, found, theme, tick) {
  place.replaceChildren(...lines(by, found, theme).map(([colour, text, code]) => {
    const said = [element("i", "", { style: `background: ${colour}` }), text];
    if (code === undefined) return element("span", "fq-map-line", {}, ...said);
    return button("fq-map-line", said, { title: "Tick these faces" }, () => tick(code));
  }));
}
