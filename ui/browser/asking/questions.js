// Questions of which only the last is answered, and places in a text.
import { counted } from "../numbers.js";
import { Asker, ended } from "../server.js";

// `ask(parameters, after, then)`: asks after so many milliseconds; whatever was asked before is forgotten.
export function latest(path) {
  const asker = new Asker();
  let waiting = null;
  const drop = () => { clearTimeout(waiting); asker.stop(); };
  const ask = (parameters, after, then) => {
    drop();
    waiting = setTimeout(() => asker.ask(path, parameters).then(then).catch((error) => {
      if (!ended(error)) throw error;
    }), after);
  };
  return Object.assign(ask, { drop });
}

// Python counts characters, the browser the units of UTF-16.
export const characters = (text) => Array.from(text).length;
export const units = (text, place) => Array.from(text).slice(0, place).join("").length;

export const faces = (number) => counted(number, "face");
