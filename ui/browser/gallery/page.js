// What is made of the page's own elements: texts go in as text, whatever they hold.
const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  similar: "M10 4a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM14.5 14.5 20 20M7.5 10h5M10 7.5v5",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20c.8-4 4-6 7.500-6s6.700 2 7.500 6",
  like: "M12 5v14M5 12h14",
  unlike: "M5 12h14",
  tick: "M5.500 12.500l4.200 4.200L18.500 7.800",
  small: "M5 5h5v5H5zM14 5h5v5h-5zM5 14h5v5H5zM14 14h5v5h-5z",
  help: "M9 9.300a3 3 0 1 1 4.300 2.700c-.9.500-1.300 1-1.300 2M12 17.500v.2",
};

export function element(tag, className = "", attributes = {}, text = null) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== null) made.textContent = text;
  return made;
}

export function icon(name) {
  const made = document.createElementNS(SVG, "svg");
  made.setAttribute("viewBox", "0 0 24 24");
  made.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  made.append(path);
  return made;
}

export function button(className, label, content, pressed) {
  const made = element("button", className, { type: "button", "aria-label": label, title: label });
  made.append(content);
  made.addEventListener("click", pressed);
  return made;
}

export function scrollerOf(start) { // what scrolls when one scrolls over the grid
  for (let one = start.parentElement; one; one = one.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(one).overflowY)) return one;
  }
  return document.scrollingElement;
}

export function isTyping(target) {
  return target instanceof Element && target.closest("input:not([type=range]), textarea, select, [contenteditable=true]") !== null;
}
