// Why a face matches a question, or does not, term by term.
import { icon, make } from "./elements.js";

/** Elements that say it; `why` is as the server says it. */
export function reasons(why) {
  const heading = make("h3", { text: `Why it ${why.matches ? "matches" : "does not match"}` });
  if (why.matches) heading.append(make("span", { class: "fq-v-sure", text: `${why.confidence} sure` }));
  return [
    heading,
    make("p", { class: "fq-v-query", text: why.query }),
    make("ul", { class: "fq-v-reasons" }, ...why.reasons.map(line)),
    make("p", { class: "fq-v-help", text: why.turning }),
  ];
}

function line({ is, term, number, margin, note }) {
  return make("li", { class: is ? "fq-v-holds" : "fq-v-fails" },
    icon(is ? "tick" : "close"),
    make("span", {}, make("span", { class: "fq-v-unseen", text: is ? "holds: " : "does not hold: " }), term),
    make("span", { class: "fq-v-number", text: number, title: "Its probability, and from when on that counts" }),
    make("span", { class: "fq-v-margin", text: margin, title: "How far that is apart" }),
    note ? make("span", { class: "fq-v-tag", text: note }) : null);
}
