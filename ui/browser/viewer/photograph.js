// What a photograph says of itself, each a question one can ask, and what can be done with its file.
import { button, element, named } from "../elements.js";
import { address } from "../server.js";
import { sign, signed } from "../signs.js";

/** Elements that say it; `does` has copy() and open(). */
export function photograph(details, does) {
  const { face, facts, name, path, desktop } = details;
  const { width, height } = details.photograph;
  const save = { href: address(`originals/${face}`), download: "", title: "The file as it is (d)" };
  return [
    element("h3", "", {}, "Photograph"),
    element("ul", "fq-v-facts", {}, ...facts.map(fact),
      element("li", "", { title: path }, ...signed("file", `${name} · ${width} × ${height}`))),
    element("div", "fq-v-tools", {},
      button("fq-v-tool", signed("copy", "Copy path"), named("Copy the path (c)"), does.copy),
      element("a", "fq-v-tool", save, ...signed("download", "Download")),
      desktop && button("fq-v-tool", signed("folder", "Open the folder"), named("Open the folder (o)"), does.open)),
  ];
}

function fact({ what, text, query }) {
  if (!query) return element("li", "", {}, ...signed(what, text));
  return element("li", "", {}, sign(what), element("a", "", { href: address("", { q: query }), title: `Ask ${query}` }, text));
}
