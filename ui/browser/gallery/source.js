// The hits of a question, fetched in blocks as they are wanted. The first block comes with the page. All that is here is
// of one generation of the library; when that moves on, everything is asked for anew.
import { ask } from "../server.js";

const BLOCK = 120; // hits; as many as come with the page (ui/widgets/gallery.py)
const KEPT = 100; // blocks

export class Source {
  constructor({ hits, total, generation, query }) {
    Object.assign(this, { total, generation, query: query ?? null });
    this.blocks = new Map([[0, hits]]);
    this.whole = this.isWhole ? hits : null;
    this.asked = new Map();
    this.key = this.isWhole ? hits.map((hit) => hit.face).join() : query;
    this.came = () => {}; // a block did
    this.moved = () => {}; // the library has changed
  }

  get isWhole() { // all hits came with the page
    return this.query === null;
  }

  // What a source of the same question with another query begins with; null where only Python knows all hits.
  async anew(query) {
    if (this.isWhole) return null;
    const { q, ...others } = Object.fromEntries(new URLSearchParams(this.query));
    const asked = new URLSearchParams({ ...(query && { q: query }), ...others }).toString(); // as Python writes it
    return { ...await ask(`hits?${asked}&from=0&count=${BLOCK}`), query: asked };
  }

  asks(data) { // whether that is the same question
    return this.key === (data.query ?? data.hits.map((hit) => hit.face).join());
  }

  peek(index) { // the hit if it is here already
    if (this.whole) return this.whole[index] ?? null;
    return this.blocks.get(Math.floor(index / BLOCK))?.[index % BLOCK] ?? null;
  }

  async at(index) {
    if (!this.peek(index) && index < this.total && !this.isWhole) await this.block(Math.floor(index / BLOCK));
    const hit = this.peek(index);
    return hit && { face: hit.face, name: hit.photo_name, score: hit.score };
  }

  want(from, to) {
    if (this.isWhole) return;
    for (let number = Math.floor(from / BLOCK); number * BLOCK < Math.min(to, this.total); number++) {
      if (!this.blocks.has(number)) this.block(number).catch(() => {}); // asked for again when it is next wanted
    }
  }

  async faces(from, to) {
    const here = [];
    for (let index = from; index < to; index++) here.push(this.peek(index)?.face);
    if (here.every((face) => face !== undefined)) return here;
    return (await this.ask({ from, count: to - from, only: "faces" })).faces;
  }

  block(number) {
    if (!this.asked.has(number)) {
      const coming = this.ask({ from: number * BLOCK, count: BLOCK }).then(({ hits }) => this.keep(number, hits));
      this.asked.set(number, coming.finally(() => this.asked.delete(number)));
    }
    return this.asked.get(number);
  }

  keep(number, hits) {
    this.blocks.set(number, hits);
    for (const old of this.blocks.keys()) if (this.blocks.size > KEPT && old !== number) this.blocks.delete(old);
    this.came();
  }

  async ask(part) {
    const parameters = new URLSearchParams([...new URLSearchParams(this.query), ...Object.entries(part)]);
    const said = await ask(`hits?${parameters}`);
    if (said.generation !== this.generation) this.follow(said);
    return said;
  }

  follow({ generation, total }) {
    Object.assign(this, { generation, total });
    this.blocks.clear();
    this.asked.clear();
    this.moved();
  }

  end() {
    this.came = this.moved = () => {};
  }
}
