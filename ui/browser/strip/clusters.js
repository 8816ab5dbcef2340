// Places that would lie one over the other on the map become one, with all their faces, and a circle around all of them.
const RADIUS = 6_371_008.8; // metres, of the earth
const TOUCHING = 0.42; // of the two sizes together: nearer than that, neither can be read
const LEAST = 24, MORE = 26; // CSS pixels of a round, and what the largest has more

export function size(faces, most) {
  return LEAST + MORE * Math.sqrt(faces / most);
}

// `pixel` says where a place is on the map; the places come with that of the most faces first.
export function clustered(places, pixel) {
  const most = Math.max(1, ...places.map((place) => place.faces));
  const found = [];
  for (const place of places) {
    const here = pixel(place);
    const over = found.find(({ at, main }) => Math.hypot(at.left - here.left, at.top - here.top) < TOUCHING * (size(main.faces, most) + size(place.faces, most)));
    if (over) over.others.push(place);
    else found.push({ at: here, main: place, others: [] });
  }
  return found.map(joined);
}

function joined({ main, others }) {
  if (!others.length) return main;
  const metres = Math.max(main.metres, ...others.map((other) => distance(main, other) + other.metres)) + 2;
  const faces = others.reduce((sum, other) => sum + other.faces, main.faces);
  const condition = `near:${main.latitude.toFixed(5)},${main.longitude.toFixed(5)},${(Math.ceil(metres) / 1000).toFixed(3)}km`;
  return { ...main, faces, metres, condition };
}

// By the haversine formula, as the library has it.
function distance(one, other) {
  const [north, south] = [one.latitude, other.latitude].map((degrees) => (degrees * Math.PI) / 180);
  const across = Math.sin((south - north) / 2) ** 2;
  const along = Math.sin(((other.longitude - one.longitude) * Math.PI) / 360) ** 2;
  return 2 * RADIUS * Math.asin(Math.sqrt(Math.min(1, across + Math.cos(north) * Math.cos(south) * along)));
}
