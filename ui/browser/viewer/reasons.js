// Why a face matches a question, or does not, term by term.
import { element } from "../elements.js";
import { sign } from "../signs.js";

/** Elements that say it; `why` is as the server says it. */
export function reasons(why) {
  const sure = why.matches && element("span", "fq-v-sure", {}, `${why.confidence} sure`);
  return [
    element("h3", "", {}, `Why it ${why.matches ? "matches" : "does not match"}`, sure),
    element("p", "fq-v-query", {}, why.query),
    element("ul", "fq-v-reasons", {}, ...why.reasons.map(line)),
    element("p", "fq-v-help", {}, why.turning),
  ];
}

function line({ is, term, number, margin, note }) {
  return element("li", is ? "fq-v-holds" : "fq-v-fails", {},
    sign(is ? "tick" : "close"),
    element("span", "", {}, element("span", "fq-v-unseen", {}, is ? "holds: " : "does not hold: "), term),
    element("span", "fq-v-number", { title: "Its probability, and from when on that counts" }, number),
    element("span", "fq-v-margin", { title: "How far that is apart" }, margin),
    note && element("span", "fq-v-tag", {}, note));
}
