// A part of the page as Streamlit has it: mounted anew at each run, of which only the first makes it.

// The function `mount` of a part: `Part` is a class made for a parent element, with show(component) and end(). Streamlit
// may end a part only to mount it again at once, so it ends when nobody did.
export function mounted(Part) {
  const shown = new WeakMap();
  return (component) => {
    const parent = component.parentElement;
    if (!shown.has(parent)) shown.set(parent, { part: new Part(parent) });
    const one = shown.get(parent);
    clearTimeout(one.ending);
    one.part.show(component);
    return () => {
      one.ending = setTimeout(() => {
        shown.delete(parent);
        one.part.end();
      });
    };
  };
}
