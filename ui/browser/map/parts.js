// The elements that a map is made of, and how they are made.
export function made(tag, name, children = [], properties = {}) {
  const element = Object.assign(document.createElement(tag), properties);
  if (name) element.className = name;
  element.append(...children);
  return element;
}

export function tool(text, title, pressed, key = "") {
  const button = made("button", "fq-map-tool", [text], { type: "button", title: key ? `${title} (${key})` : title });
  button.setAttribute("aria-label", title);
  button.addEventListener("click", pressed);
  return button;
}

// The choice of what colours the points: `groups` are [[name, [[value, text], ...]], ...].
export function chooser(groups, chosen, changed) {
  const select = made("select", "fq-map-by");
  select.setAttribute("aria-label", "Colour by");
  for (const [name, options] of groups) {
    const group = made("optgroup", "", options.map(([value, text]) => made("option", "", [text], { value })), { label: name });
    select.append(group);
  }
  select.value = chosen;
  select.addEventListener("change", () => changed(select.value));
  return select;
}

// What is said of the point that is looked at: `actions` are buttons [[text, pressed], ...].
export function card(place, { picture, title, text }, actions) {
  const image = made("img", "", [], { src: picture, alt: title, width: 96, height: 96 });
  const buttons = actions.map(([label, pressed]) => {
    const button = made("button", "", [label], { type: "button" });
    button.addEventListener("click", pressed);
    return button;
  });
  place.replaceChildren(image, made("strong", "", [title]), made("span", "", [text]), ...buttons);
  place.hidden = false;
}
