// What the parts of the page that filter have in common: elements whose text stays text, questions to this server.
const ROOT = new URL("/", window.location.href);
const PHONE = 768; // CSS pixels: below, Streamlit's sidebar lies over the page

export function element(tag, name = "", attributes = {}, ...children) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

export function button(name, label, attributes = {}, onClick = null) {
  const made = element("button", name, { type: "button", ...attributes }, label);
  if (onClick) made.addEventListener("click", onClick);
  return made;
}

export function svg(tag, attributes = {}) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// What this server answers; an Error with its sentence where it refuses. A newer question of the same asker ends this one.
export class Asker {
  async ask(path, params) {
    this.stop();
    this.running = new AbortController();
    const address = new URL(path, ROOT);
    for (const [name, value] of Object.entries(params)) {
      if (value !== null && value !== undefined) address.searchParams.set(name, value);
    }
    const answer = await fetch(address, { signal: this.running.signal });
    const found = await answer.json();
    if (!answer.ok) throw new Error(found.error);
    return found;
  }

  stop() {
    this.running?.abort();
  }
}

// Nobody waits for an answer that was ended, and a server that is gone is told of by the page itself.
export function ended(error) {
  return error.name === "AbortError" || error instanceof TypeError;
}

export function counted(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

// On a telephone the filter is a sheet that closes when something was chosen.
export function closeSheet() {
  if (window.innerWidth >= PHONE) return;
  document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
}

// What a person left open stays so, in this browser.
export function remembered(key, usual) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? usual;
  } catch {
    return usual;
  }
}

export function remember(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch { /* a browser that keeps nothing */ }
}
