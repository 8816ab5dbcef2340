// A line around faces, drawn by hand: in places of the map, so that it stays where it is while one zooms.
const DASH = 5; // pixels

export class Lasso {
  constructor() {
    this.on = false;
    this.path = [];
  }

  begin(place) {
    this.path = [place];
  }

  go(place) {
    this.path.push(place);
  }

  // The polygon, which is none any more.
  end() {
    const { path } = this;
    this.path = [];
    return path;
  }

  draw(context, view, density, ink) {
    if (this.path.length < 2) return;
    context.save();
    context.scale(density, density);
    context.beginPath();
    this.path.forEach(([x, y], at) => context[at ? "lineTo" : "moveTo"](...view.toScreen(x, y)));
    context.closePath();
    context.lineWidth = 2;
    context.setLineDash([DASH, DASH]);
    context.strokeStyle = ink;
    context.stroke();
    context.globalAlpha = 0.08;
    context.fillStyle = ink;
    context.fill();
    context.restore();
  }
}
