// Which part of the map is seen, and how it is moved: by dragging, the wheel, two fingers, and keys.
const CLOSEST = 12; // pixels a step of the map; there are 65,536 steps
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class View {
  constructor() {
    Object.assign(this, { x: 32768, y: 32768, scale: 0.01, width: 1, height: 1, least: 0.002 });
  }

  // Shows a box, with some room around it.
  fit([left, top, right, bottom], room = 1.08) {
    this.x = (left + right) / 2;
    this.y = (top + bottom) / 2;
    const across = Math.max(right - left, 40) * room, down = Math.max(bottom - top, 40) * room;
    this.scale = Math.min(this.width / across, this.height / down, CLOSEST);
  }

  toScreen(x, y) {
    return [(x - this.x) * this.scale + this.width / 2, (y - this.y) * this.scale + this.height / 2];
  }

  toMap(x, y) {
    return [(x - this.width / 2) / this.scale + this.x, (y - this.height / 2) / this.scale + this.y];
  }

  move(dx, dy) {
    this.x = Math.max(0, Math.min(65535, this.x - dx / this.scale));
    this.y = Math.max(0, Math.min(65535, this.y - dy / this.scale));
  }

  // Nearer or farther, so that what is at that place of the screen stays there.
  zoom(times, x = this.width / 2, y = this.height / 2) {
    const before = this.toMap(x, y);
    this.scale = Math.max(Math.min(this.width, this.height) / 131072, Math.min(CLOSEST, this.scale * times));
    const after = this.toMap(x, y);
    this.x += before[0] - after[0];
    this.y += before[1] - after[1];
  }

  seen() {
    return [...this.toMap(0, 0), ...this.toMap(this.width, this.height)];
  }
}

// Moves the view as a person asks on `canvas`; what is no movement is told: `actions` are {changed, hover(x, y),
// press(x, y), lasso: {wanted(event), begin, go, end}, key(event)}. Returns what ends it.
export function moving(canvas, view, actions) {
  const fingers = new Map();
  const end = new AbortController(), options = { signal: end.signal };
  let drawing = false, moved = 0, apart = 0;
  const at = (event) => [event.offsetX, event.offsetY];

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, at(event));
    moved = 0;
    apart = 0;
    if (fingers.size === 1 && actions.lasso.wanted(event)) { drawing = true; actions.lasso.begin(...at(event)); }
    else if (drawing) { drawing = false; actions.lasso.end(false); }
  }, options);

  canvas.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId), now = at(event);
    if (!before) return actions.hover(...now);
    fingers.set(event.pointerId, now);
    moved += Math.abs(now[0] - before[0]) + Math.abs(now[1] - before[1]);
    if (drawing) return actions.lasso.go(...now);
    if (fingers.size === 2) pinch();
    else if (moved > 4) view.move(now[0] - before[0], now[1] - before[1]);
    actions.changed();
  }, options);

  function pinch() {
    const [a, b] = [...fingers.values()], now = Math.hypot(a[0] - b[0], a[1] - b[1]);
    if (apart) view.zoom(now / apart, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
    apart = now;
  }

  function lifted(event) {
    if (!fingers.delete(event.pointerId)) return;
    apart = 0;
    if (drawing) { drawing = false; actions.lasso.end(event.type === "pointerup"); }
    else if (event.type === "pointerup" && moved <= 4 && !fingers.size) actions.press(...at(event));
  }
  canvas.addEventListener("pointerup", lifted, options);
  canvas.addEventListener("pointercancel", lifted, options);
  canvas.addEventListener("pointerleave", () => actions.hover(-1, -1), options);
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    view.zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.03 : 0.0015)), ...at(event));
    actions.changed();
  }, { ...options, passive: false });
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = KEYS[event.key];
    if (step) view.move(-step[0] * view.width / 8, -step[1] * view.height / 8);
    else if (event.key === "+" || event.key === "=") view.zoom(1.4);
    else if (event.key === "-") view.zoom(1 / 1.4);
    else return actions.key(event);
    event.preventDefault();
    actions.changed(true);
  }, options);
  return () => end.abort();
}
