// What a map is made of beside its points: the bar over it, the canvas, and the card of the face that is looked at.
import { button, element } from "../elements.js";

const HELP = "Map of faces. Arrow keys move it, plus and minus zoom, 0 shows all of it, L draws a lasso, Space ticks the face in the middle, Escape unticks all.";

// The elements, by name, and as one section; `does` is what their buttons do.
export function controls(does) {
  const lassoTool = tool("Lasso", "Draw a lasso to tick faces", does.lasso, "L or Shift");
  const listTool = tool("In words", "Clusters and outliers as a list", does.list);
  const state = element("span", "fq-map-state", { role: "status" });
  const canvas = element("canvas", "fq-map-canvas", { tabindex: "0", role: "application", "aria-label": HELP });
  const chooserPlace = element("span", "fq-map-choose"), legendPlace = element("div", "fq-map-legend");
  const [cardPlace, listPlace, message] = ["card", "list", "message"].map((name) => element("div", `fq-map-${name}`, { hidden: "" }));
  const bar = element("div", "fq-map-bar", {},
    chooserPlace, lassoTool, tool("+", "Zoom in", () => does.zoom(1.5)), tool("−", "Zoom out", () => does.zoom(1 / 1.5)),
    tool("All", "Show all of the map", does.whole, "0"), listTool, state);
  const stage = element("div", "fq-map-stage", {}, canvas, legendPlace, cardPlace, message);
  const root = element("section", "fq-map", {}, bar, stage, listPlace);
  return { root, canvas, state, message, lassoTool, listTool, chooserPlace, legendPlace, cardPlace, listPlace };
}

function tool(text, title, pressed, key = "") {
  return button("fq-map-tool", text, { title: key ? `${title} (${key})` : title, "aria-label": title }, pressed);
}

// The choice of what colours the points: `groups` are [[name, [[value, text], ...]], ...].
export function chooser(groups, chosen, changed) {
  const select = element("select", "fq-map-by", { "aria-label": "Colour by" });
  for (const [label, options] of groups) {
    select.append(element("optgroup", "", { label }, ...options.map(([value, text]) => element("option", "", { value }, text))));
  }
  select.value = chosen;
  select.addEventListener("change", () => changed(select.value));
  return select;
}

// What is said of the point that is looked at: `actions` are buttons [[text, pressed], ...].
export function card(place, { picture, title, text }, actions) {
  const image = element("img", "", { src: picture, alt: title, width: 96, height: 96 });
  const buttons = actions.map(([label, pressed]) => button("", label, {}, pressed));
  place.replaceChildren(image, element("strong", "", {}, title), element("span", "", {}, text), ...buttons);
  place.hidden = false;
}
