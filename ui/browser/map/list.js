// The map in words, for who cannot see it or does not want to: its clusters, and the faces that are most alone.
import { counted } from "../parts.js";

const ALONE = 12;

const spelled = (name) => name.replaceAll("_", " ").toLowerCase();

function common(cluster) {
  return cluster.common.map(([name, share, everywhere]) => {
    const has = share >= everywhere;
    return `${has ? "" : "not "}${spelled(name)} ${Math.round((has ? share : 1 - share) * 100)} %`;
  }).join(", ");
}

function button(text, pressed) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", pressed);
  return made;
}

function entry(text, look, tick) {
  const line = document.createElement("li");
  line.append(button(text, look), button("Tick", tick));
  line.lastChild.setAttribute("aria-label", `Tick: ${text}`);
  return line;
}

// The points that are most alone, the most first.
export function alone(points, count = ALONE) {
  const order = Array.from({ length: points.count }, (_, i) => i);
  if (points.count <= 5000) return order.sort((a, b) => points.apart[b] - points.apart[a]).slice(0, count);
  let least = 255;
  while (least > 0 && order.filter((i) => points.apart[i] >= least).length < count) least--;
  return order.filter((i) => points.apart[i] >= least).sort((a, b) => points.apart[b] - points.apart[a]).slice(0, count);
}

// Draws both lists into `place`; `actions` are {look(points, cluster), tick(points)}.
export function listed(place, points, actions) {
  const clusters = document.createElement("ol"), odd = document.createElement("ol");
  points.said.clusters.forEach((cluster, at) => {
    const own = () => Array.from(points.cluster.keys()).filter((i) => points.cluster[i] === at + 1);
    const text = `${counted(cluster.size, "face")}: ${common(cluster)}`;
    clusters.append(entry(text, () => actions.look(own()), () => actions.tick(own())));
  });
  const outliers = alone(points);
  for (const i of outliers) odd.append(entry(`Face ${points.faces[i]}`, () => actions.look([i]), () => actions.tick([i])));
  const title = (text) => Object.assign(document.createElement("h4"), { textContent: text });
  const whole = button(`Tick all ${outliers.length}`, () => actions.tick(outliers));
  whole.className = "fq-map-whole";
  place.replaceChildren(
    title(points.said.clusters.length ? "Clusters, and what they have more or less of than the others" : "No clusters stand out"), clusters,
    title(`${outliers.length} faces that resemble the others least`), whole, odd,
  );
}
