// A new question, told among the parts of the page before Python has heard of it.
const NAME = "fq-question";

export function tellQuestion(query) {
  document.dispatchEvent(new CustomEvent(NAME, { detail: query }));
}

// Calls `heard` with each new query; what it returns ends that.
export function onQuestion(heard) {
  const told = ({ detail }) => heard(detail);
  document.addEventListener(NAME, told);
  return () => document.removeEventListener(NAME, told);
}
