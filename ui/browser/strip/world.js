// The map's arithmetic: degrees to a square of side 1 by Mercator's projection and back, and the coast lines that ship.
const LIMIT = 85; // degrees to the north and to the south that Mercator can draw
const EARTH = 40_075_016.7; // metres around the equator

export function x(longitude) {
  return (longitude + 180) / 360;
}

export function y(latitude) {
  const bounded = (Math.min(Math.max(latitude, -LIMIT), LIMIT) * Math.PI) / 180;
  return 0.5 - Math.log(Math.tan(Math.PI / 4 + bounded / 2)) / (2 * Math.PI);
}

export function longitude(place) {
  return Math.min(Math.max(place * 360 - 180, -180), 180);
}

export function latitude(place) {
  const found = (Math.atan(Math.sinh(Math.PI * (1 - 2 * place))) * 180) / Math.PI;
  return place <= y(LIMIT) ? 90 : place >= y(-LIMIT) ? -90 : found;
}

// How much of the square so many metres are, at a latitude.
export function length(metres, at) {
  return metres / (EARTH * Math.cos((Math.min(Math.abs(at), LIMIT) * Math.PI) / 180));
}

let kept = null;

// The outlines as one Path2D over the square, fetched once.
export function land() {
  kept ??= fetch(new URL("../land.json", import.meta.url)).then((answer) => answer.json()).then(outline);
  return kept;
}

function outline({ rings, scale }) {
  const path = new Path2D();
  for (const steps of rings) {
    let east = 0, north = 0;
    for (let at = 0; at < steps.length; at += 2) {
      east += steps[at];
      north += steps[at + 1];
      if (at) path.lineTo(x(east / scale), y(north / scale));
      else path.moveTo(x(east / scale), y(north / scale));
    }
    path.closePath();
  }
  return path;
}
