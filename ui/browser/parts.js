// What the parts of the page have in common: elements made of plain text, styles, and questions of which only the last
// is answered.

// An element; children are elements or text, and text stays text.
export function element(tag, name, attributes = {}, ...children) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function styled(part) {
  const id = `fq-style-${part}`;
  if (document.getElementById(id)) return;
  document.head.append(element("link", "", { id, rel: "stylesheet", href: new URL(`${part}.css`, import.meta.url).href }));
}

// Python counts characters, the browser the units of UTF-16.
export const characters = (text) => Array.from(text).length;
export const units = (text, place) => Array.from(text).slice(0, place).join("").length;

export const faces = (number) => `${number.toLocaleString("en")} ${number === 1 ? "face" : "faces"}`;

// `ask(parameters, after, then)`: asks an endpoint after so many milliseconds; whatever was asked before is forgotten.
export function latest(endpoint) {
  let waiting = null, going = null;
  const drop = () => { clearTimeout(waiting); going?.abort(); };
  const ask = (parameters, after, then) => {
    drop();
    going = new AbortController();
    const { signal } = going, address = new URL(`../${endpoint}?${new URLSearchParams(parameters)}`, import.meta.url);
    waiting = setTimeout(async () => {
      try {
        const answer = await fetch(address, { signal });
        if (answer.ok && !signal.aborted) then(await answer.json());
      } catch (error) {
        if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error; // gone, or the server is
      }
    }, after);
  };
  ask.drop = drop;
  return ask;
}
