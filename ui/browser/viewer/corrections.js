// What a person says of an attribute, told to the library, and taken back. It draws nothing.
import { ask } from "../server.js";

export class Corrections {
  #done = [];

  /** `after(face)` is called when something was changed, `words` tell of it. */
  constructor(words, after) {
    this.words = words;
    this.after = after;
  }

  /** Says it; true and false outrank the model, null asks it again. */
  async say(face, name, value) {
    await this.#told(face, `faces/${face}/corrections`, { [name]: value });
  }

  /** Takes back the last of what was said here. */
  async undo() {
    const last = this.#done.pop();
    if (!last) return this.words.say("Nothing was said here that could be undone.");
    return this.#told(last.face, "undo", { action: last.action }, true);
  }

  async #told(face, path, said, undoing = false) {
    try {
      const done = await ask(path, said);
      if (!undoing && done.action !== null) this.#done.push({ face, action: done.action });
      this.words.say(done.said, !undoing && done.action !== null ? () => this.undo() : null);
      if (done.action !== null) this.after(face);
    } catch (error) {
      this.words.fail(error.message);
    }
  }
}
