// Elements of the page. What a stranger wrote goes in as text or as an attribute, and never as markup.

// An element of a class, with attributes and children; one that is false, null or undefined is left out.
export function element(tag, name = "", attributes = {}, ...children) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  attribute(made, attributes);
  made.append(...children.filter(isThere)); // a string becomes text
  return made;
}

// A button with its content, a child or several, and what is called when it is pressed.
export function button(name, content, attributes = {}, pressed = null) {
  const made = element("button", name, { type: "button", ...attributes }, ...[content].flat());
  if (pressed) made.addEventListener("click", pressed);
  return made;
}

// The attributes of a button that is named on hovering and when it is read out, but not on itself.
export function named(label) {
  return { title: label, "aria-label": label };
}

export function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  attribute(made, attributes);
  made.append(...children);
  return made;
}

function attribute(made, attributes) {
  for (const [key, value] of Object.entries(attributes)) {
    if (isThere(value)) made.setAttribute(key, value === true ? "" : value);
  }
}

function isThere(value) {
  return value !== null && value !== undefined && value !== false;
}
