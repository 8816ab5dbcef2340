// What the parts of the page ask this server.
const ROOT = new URL("..", import.meta.url);
const GONE = "The app does not answer: is `facequery ui` still running?";

// The address of a path of this server, with those of the parameters that say something.
export function address(path, params = {}) {
  const found = new URL(path, ROOT);
  for (const [name, value] of Object.entries(params)) {
    if (value !== null && value !== undefined) found.searchParams.set(name, value);
  }
  return found.href;
}

// What the server answers as JSON, to what is `said` where that is anything; an Error with its sentence where it refuses.
export async function ask(path, said) {
  const posted = { method: "POST", body: JSON.stringify(said), headers: { "Content-Type": "application/json" } };
  const answer = await fetch(address(path), said === undefined ? {} : posted).catch(() => { throw new Error(GONE); });
  return read(answer);
}

// Why the server does not give what an element was to show: its sentence; null where it gives it after all.
export function refusal(path) {
  return ask(path).then(() => null, (error) => (error instanceof SyntaxError ? null : error.message)); // no JSON: it came
}

// A face as the server cuts it out, of so many pixels.
export function thumbnail(face, size) {
  return address(`thumbnails/${face}`, { size });
}

// Asks questions of which only the last is answered: a newer one ends the one before.
export class Asker {
  async ask(path, params) {
    this.stop();
    this.running = new AbortController();
    return read(await fetch(address(path, params), { signal: this.running.signal }));
  }

  stop() {
    this.running?.abort();
  }
}

// Nobody waits for an answer that was ended, and a server that is gone is told of by the page itself.
export function ended(error) {
  return error.name === "AbortError" || error instanceof TypeError;
}

async function read(answer) {
  if (answer.ok) return answer.json();
  const { error } = await answer.json().catch(() => ({}));
  throw new Error(error ?? `The app answers ${answer.status}: look into its terminal.`);
}
