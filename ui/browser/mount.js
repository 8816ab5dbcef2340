// What Streamlit runs for each part of the page that is ours: it fetches the part's own module and style sheet from this
// server, once, and draws nothing before both are there.
const SERVER = new URL("/browser/", window.location.href);

export default function (component) {
  const { part } = component.data;
  let stop = null, gone = false;
  Promise.all([import(new URL(`${part}.js`, SERVER).href), styled(new URL(`${part}.css`, SERVER).href)]).then(([module]) => {
    if (!gone) stop = module.mount(component);
  });
  return () => { gone = true; if (stop) stop(); };
}

// A style sheet by its whole address, once. Resolves when it holds; a part without its style is better than none.
export function styled(address) {
  let link = document.querySelector(`link[href="${address}"]`);
  if (link?.sheet) return null;
  if (!link) {
    link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address });
    document.head.append(link);
  }
  return new Promise((done) => ["load", "error"].forEach((event) => link.addEventListener(event, done)));
}
