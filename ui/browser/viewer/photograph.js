// What a photograph says of itself, each a question one can ask, and what can be done with its file.
import { button, icon, make } from "./elements.js";
import { address } from "./server.js";

/** Elements that say it; `does` has copy() and open(). */
export function photograph(details, does) {
  const { face, facts, name, path, desktop } = details;
  const { width, height } = details.photograph;
  const file = make("li", { title: path }, icon("file"), make("span", { text: `${name} · ${width} × ${height}` }));
  const save = { href: address(`originals/${face}`), download: "", title: "The file as it is (d)", class: "fq-v-tool" };
  return [
    make("h3", { text: "Photograph" }),
    make("ul", { class: "fq-v-facts" }, ...facts.map(fact), file),
    make("div", { class: "fq-v-tools" },
      button("Copy the path (c)", "copy", does.copy, { words: "Copy path", class: "fq-v-tool" }),
      make("a", save, icon("download"), make("span", { text: "Download" })),
      desktop && button("Open the folder (o)", "folder", does.open, { words: "Open the folder", class: "fq-v-tool" })),
  ];
}

function fact({ what, text, query }) {
  const asks = { href: `${address("")}?q=${encodeURIComponent(query)}`, text, title: `Ask ${query}` };
  return make("li", {}, icon(what), query ? make("a", asks) : make("span", { text }));
}
