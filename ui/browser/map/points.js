// The points of a map as the server sends them, and where they are, so that those near a place are found at once.
const CELLS = 256;

// What `ui/endpoints/map.py` packs: the JSON, and the bytes behind it.
function unpack(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const text = new TextDecoder().decode(new Uint8Array(buffer, 4, length));
  return { said: JSON.parse(text), begin: 4 + length };
}

async function bytes(address) {
  const answer = await fetch(address);
  if (!answer.ok) {
    const said = await answer.json().catch(() => ({}));
    throw new Error(said.error || `The map could not be had (${answer.status}).`);
  }
  return answer.arrayBuffer();
}

export async function fetchPoints(address) {
  const buffer = await bytes(address);
  const { said, begin } = unpack(buffer), n = said.count;
  return new Points(
    said,
    new Uint32Array(buffer, begin, n),
    new Uint16Array(buffer, begin + 4 * n, n),
    new Uint16Array(buffer, begin + 6 * n, n),
    new Uint8Array(buffer, begin + 8 * n, n),
    new Uint8Array(buffer, begin + 9 * n, n),
  );
}

export async function fetchColours(address) {
  const buffer = await bytes(address);
  const { said, begin } = unpack(buffer);
  return { ...said, codes: new Uint8Array(buffer, begin) };
}

export class Points {
  constructor(said, faces, x, y, apart, cluster) {
    Object.assign(this, { said, faces, x, y, apart, cluster, count: faces.length });
    this.ticked = new Uint8Array(this.count);
    this.sort();
  }

  // The points in the order of the cells that they lie in, and where each cell begins.
  sort() {
    const starts = new Uint32Array(CELLS * CELLS + 1), order = new Uint32Array(this.count);
    for (let i = 0; i < this.count; i++) starts[this.cell(i) + 1]++;
    for (let c = 0; c < CELLS * CELLS; c++) starts[c + 1] += starts[c];
    const next = starts.slice();
    for (let i = 0; i < this.count; i++) order[next[this.cell(i)]++] = i;
    this.starts = starts;
    this.order = order;
  }

  cell(i) {
    return (this.y[i] >> 8) * CELLS + (this.x[i] >> 8);
  }

  // Calls `each` with every point of the cells that touch a box.
  within(left, top, right, bottom, each) {
    const clamp = (value) => Math.max(0, Math.min(CELLS - 1, Math.floor(value / 256)));
    const x0 = clamp(left), x1 = clamp(right), y1 = clamp(bottom);
    for (let row = clamp(top); row <= y1; row++) {
      const end = this.starts[row * CELLS + x1 + 1];
      for (let at = this.starts[row * CELLS + x0]; at < end; at++) each(this.order[at]);
    }
  }

  // The point nearest to a place, within a distance; -1 where there is none.
  nearest(x, y, distance) {
    let best = -1, least = distance * distance;
    this.within(x - distance, y - distance, x + distance, y + distance, (i) => {
      const dx = this.x[i] - x, dy = this.y[i] - y, d = dx * dx + dy * dy;
      if (d <= least) { least = d; best = i; }
    });
    return best;
  }

  // Those inside a polygon [[x, y], ...], by the even-odd rule.
  inside(polygon) {
    const xs = polygon.map((p) => p[0]), ys = polygon.map((p) => p[1]), found = [];
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    this.within(left, top, right, bottom, (i) => {
      const x = this.x[i], y = this.y[i];
      if (x < left || x > right || y < top || y > bottom) return;
      let odd = false;
      for (let a = 0, b = xs.length - 1; a < xs.length; b = a++) {
        if (ys[a] > y !== ys[b] > y && x < ((xs[b] - xs[a]) * (y - ys[a])) / (ys[b] - ys[a]) + xs[a]) odd = !odd;
      }
      if (odd) found.push(i);
    });
    return found;
  }

  // The box that all but the farthest few lie in.
  box() {
    if (!this.count) return [0, 0, 65535, 65535];
    const [x, y] = [this.x, this.y].map((column) => column.slice().sort());
    const few = Math.floor(this.count / 500), last = this.count - 1 - few;
    return [x[few], y[few], x[last], y[last]];
  }

  tickedFaces() {
    const found = [];
    for (let i = 0; i < this.count; i++) if (this.ticked[i]) found.push(this.faces[i]);
    return found;
  }

  tick(which, value = 1) {
    for (const i of which) this.ticked[i] = value;
    this.someTicked = this.ticked.includes(1);
  }

  untick() {
    this.ticked.fill(0);
    this.someTicked = false;
  }
}
