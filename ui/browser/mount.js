// What Streamlit runs for each part of the page that is ours: it fetches the part's own module from this server, once.
export default function (component) {
  const { part } = component.data;
  const address = new URL(`browser/${part}.js`, new URL("/", window.location.href)).href;
  let stop = null, gone = false;
  import(address).then((module) => { if (!gone) stop = module.mount(component); });
  return () => { gone = true; if (stop) stop(); };
}
