// Draws points, by writing into the pixels themselves: without a graphics card that is the fastest that a browser can.
import { thumbnail } from "../server.js";

const DENSEST = 2; // pixels of a canvas for one of the page: more would be drawn for nobody
const PICTURES = 220; // points in sight up to which faces are drawn
const SIZES = [34, 88]; // pixels of a face as it is drawn, the least and the most
const SMALL = 96; // pixels of its picture

// The pixels of a disc: where, and how much of each is covered, of 256.
function disc(radius) {
  const reach = Math.ceil(radius), dx = [], dy = [], cover = [];
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      const share = Math.max(0, Math.min(1, radius + 0.5 - Math.hypot(x, y)));
      if (share > 0.05) { dx.push(x); dy.push(y); cover.push(Math.round(share * 256)); }
    }
  }
  return { reach, dx: Int32Array.from(dx), dy: Int32Array.from(dy), cover: Int32Array.from(cover) };
}

const mixed = (under, over, share) => {
  const rest = 256 - share;
  const rb = (((over & 0xff00ff) * share + (under & 0xff00ff) * rest) >>> 8) & 0xff00ff;
  const g = (((over & 0xff00) * share + (under & 0xff00) * rest) >>> 8) & 0xff00;
  return (0xff000000 | rb | g) >>> 0;
};

export class Drawing {
  constructor(canvas, pictures) {
    Object.assign(this, { canvas, pictures, context: canvas.getContext("2d", { alpha: false }), shown: [] });
  }

  resize(view) {
    const density = Math.min(DENSEST, window.devicePixelRatio || 1);
    const width = Math.max(1, Math.round(view.width * density)), height = Math.max(1, Math.round(view.height * density));
    this.density = density;
    if (this.canvas.width === width && this.canvas.height === height && this.image) return;
    Object.assign(this.canvas, { width, height });
    this.image = this.context.createImageData(width, height);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }

  // The radius of a point, in pixels of the canvas: larger where there are few in sight.
  radius(count) {
    const room = Math.sqrt((this.canvas.width * this.canvas.height) / Math.max(1, count));
    return Math.max(1, Math.min(6 * this.density, room * 0.28));
  }

  // All of it: `colours` are 256, `codes` say which each point has (null: the first), `focus` is the point looked at.
  draw({ points, view, colours, codes, background, ink, focus }) {
    this.resize(view);
    this.pixels.fill(background);
    const box = view.seen(), inSight = [];
    let count = 0;
    points.within(...box, (i) => { count++; if (count <= PICTURES * 2) inSight.push(i); });
    const spot = disc(this.radius(count));
    const colour = (i) => colours[codes ? codes[i] : 0];
    this.spots(points, view, box, spot, colour);
    if (focus >= 0 || points.someTicked) this.rims(points, view, box, spot, ink, colour, focus);
    this.context.putImageData(this.image, 0, 0);
    this.shown = count <= PICTURES ? this.faces(points, view, inSight, count, ink) : [];
    return count;
  }

  spots(points, view, box, spot, colour, wanted = null) {
    const { pixels, density } = this, { width, height } = this.canvas, { x, y } = points;
    const scale = view.scale * density, left = width / 2 - view.x * scale, top = height / 2 - view.y * scale;
    const { reach, dx, dy, cover } = spot, size = dx.length;
    points.within(...box, (i) => {
      if (wanted && !wanted(i)) return;
      const px = (x[i] * scale + left) | 0, py = (y[i] * scale + top) | 0;
      if (px < reach || py < reach || px >= width - reach || py >= height - reach) return;
      const own = colour(i), at = py * width + px;
      for (let k = 0; k < size; k++) {
        const place = at + dy[k] * width + dx[k], share = cover[k];
        pixels[place] = share >= 256 ? own : mixed(pixels[place], own, share);
      }
    });
  }

  // What is ticked has a rim, and what is looked at a wider one.
  rims(points, view, box, spot, ink, colour, focus) {
    const { density } = this, ticked = (i) => points.ticked[i] || i === focus;
    this.spots(points, view, box, disc(spot.reach + 1.5 * density), () => ink, ticked);
    this.spots(points, view, box, disc(spot.reach + 4 * density), () => ink, (i) => i === focus);
    this.spots(points, view, box, spot, colour, ticked);
  }

  // Faces in place of points where few are in sight; where they would cover each other the first is drawn.
  faces(points, view, inSight, count, ink) {
    const { context } = this, room = 0.5 * Math.sqrt((view.width * view.height) / Math.max(1, count));
    const size = Math.round(Math.max(SIZES[0], Math.min(SIZES[1], room))), taken = [];
    context.save();
    context.scale(this.density, this.density);
    for (const i of inSight) {
      const [x, y] = view.toScreen(points.x[i], points.y[i]);
      if (taken.some(([, a, b]) => Math.abs(a - x) < size && Math.abs(b - y) < size)) continue;
      const picture = this.pictures.of(points.faces[i]);
      if (!picture) continue;
      context.drawImage(picture, x - size / 2, y - size / 2, size, size);
      if (points.ticked[i]) {
        context.lineWidth = 3;
        context.strokeStyle = `rgb(${ink & 255} ${(ink >> 8) & 255} ${(ink >> 16) & 255})`;
        context.strokeRect(x - size / 2, y - size / 2, size, size);
      }
      taken.push([i, x, y]);
    }
    context.restore();
    return taken.map(([i, x, y]) => ({ i, x, y, size }));
  }
}

// Thumbnails, fetched when they are first wanted; `arrived` is called when one has come.
export class Pictures {
  constructor(arrived, most = 600) {
    Object.assign(this, { arrived, most, known: new Map() });
  }

  address(face) {
    return thumbnail(face, SMALL);
  }

  of(face) {
    let picture = this.known.get(face);
    if (!picture) {
      picture = new Image();
      picture.src = this.address(face);
      picture.addEventListener("load", this.arrived, { once: true });
      this.known.set(face, picture);
      if (this.known.size > this.most) this.known.delete(this.known.keys().next().value);
    }
    return picture.complete && picture.naturalWidth ? picture : null;
  }
}
