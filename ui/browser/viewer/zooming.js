// How large a picture is seen and where: arithmetic alone, in CSS pixels of the stage. It draws nothing.
const MOST = 6; // CSS pixels a pixel of the photograph
const ENLARGED = 3; // times that a small picture is enlarged to fill the stage
const NEAR = 1.02; // of the fitting scale, and it counts as fitting

export class Zoom {
  /** For a picture of that size (pixels) on a stage of that size; it fits at first. */
  constructor(picture, stage) {
    this.picture = picture;
    this.stage = stage;
    this.fit();
  }

  /** The scale, CSS pixels a pixel, at which all of it is seen. */
  get fitting() {
    return Math.min(this.stage.width / this.picture.width, this.stage.height / this.picture.height, ENLARGED);
  }

  get most() {
    return Math.max(MOST, 4 * this.fitting);
  }

  get isFitting() {
    return this.scale <= this.fitting * NEAR;
  }

  fit() {
    this.scale = this.fitting;
    this.#centre();
  }

  /** The stage has another size: what fitted fits, else the middle stays in the middle. */
  resized(stage) {
    const fitted = this.isFitting;
    const middle = this.at(this.stage.width / 2, this.stage.height / 2);
    this.stage = stage;
    if (fitted) return this.fit();
    this.left = stage.width / 2 - middle.x * this.scale;
    this.top = stage.height / 2 - middle.y * this.scale;
    return this.#held();
  }

  /** So many times larger, and what lies at (x, y) of the stage stays there. */
  by(factor, x, y) {
    const wanted = Math.min(Math.max(this.scale * factor, this.fitting), this.most);
    const { x: column, y: row } = this.at(x, y);
    this.scale = wanted;
    this.left = x - column * wanted;
    this.top = y - row * wanted;
    this.#held();
  }

  /** From fitting to a pixel a pixel (or more than that, if it makes little difference) and back. */
  toggle(x, y) {
    if (!this.isFitting) return this.fit();
    return this.by(Math.max(1 / this.fitting, 2.5), x, y);
  }

  pan(right, down) {
    this.left += right;
    this.top += down;
    this.#held();
  }

  /** Which pixel of the picture lies at (x, y) of the stage. */
  at(x, y) {
    return { x: (x - this.left) / this.scale, y: (y - this.top) / this.scale };
  }

  /** Where a box of the picture lies on the stage. */
  placed([left, top, right, bottom]) {
    return {
      left: this.left + left * this.scale,
      top: this.top + top * this.scale,
      width: (right - left) * this.scale,
      height: (bottom - top) * this.scale,
    };
  }

  /** Brings a box of the picture into sight. */
  reveal(box) {
    const { left, top, width, height } = this.placed(box);
    const right = left < 0 ? -left : Math.min(0, this.stage.width - left - width);
    const down = top < 0 ? -top : Math.min(0, this.stage.height - top - height);
    this.pan(right, down);
  }

  #centre() {
    this.left = (this.stage.width - this.picture.width * this.scale) / 2;
    this.top = (this.stage.height - this.picture.height * this.scale) / 2;
  }

  /** No gap on one side while there is more to see on the other. */
  #held() {
    this.left = held(this.left, this.picture.width * this.scale, this.stage.width);
    this.top = held(this.top, this.picture.height * this.scale, this.stage.height);
  }
}

function held(start, length, room) {
  if (length <= room) return (room - length) / 2;
  return Math.min(0, Math.max(start, room - length));
}
