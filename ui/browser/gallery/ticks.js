// Which faces are ticked: these, or all hits of the question but these. It knows numbers, and not what is drawn.
export class Ticks {
  constructor() {
    this.clear();
  }

  clear() {
    Object.assign(this, { all: false, faces: new Set(), fromBefore: false });
  }

  another() { // question: "all but" was said of the one before, single faces stay ticked
    if (this.all) this.clear();
    this.fromBefore = this.faces.size > 0;
  }

  has(face) {
    return this.all !== this.faces.has(face);
  }

  flip(face) {
    if (!this.faces.delete(face)) this.faces.add(face);
  }

  add(faces) {
    for (const face of faces) this.all ? this.faces.delete(face) : this.faces.add(face);
  }

  everything() {
    Object.assign(this, { all: true, faces: new Set(), fromBefore: false });
  }

  count(total) {
    return this.all ? Math.max(0, total - this.faces.size) : this.faces.size;
  }

  said(total) { // to Python
    return { [this.all ? "but" : "faces"]: [...this.faces], announced: this.count(total) };
  }
}
