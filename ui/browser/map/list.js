// The map in words, for who cannot see it or does not want to: its clusters, and the faces that are most alone.
import { button, element } from "../elements.js";
import { counted } from "../numbers.js";

const ALONE = 12;

const spelled = (name) => name.replaceAll("_", " ").toLowerCase();

function common(cluster) {
  return cluster.common.map(([name, share, everywhere]) => {
    const has = share >= everywhere;
    return `${has ? "" : "not "}${spelled(name)} ${Math.round((has ? share : 1 - share) * 100)} %`;
  }).join(", ");
}

function entry(text, look, tick) {
  return element("li", "", {}, button("", text, {}, look), button("", "Tick", { "aria-label": `Tick: ${text}` }, tick));
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
  const clusters = points.said.clusters.map((cluster, at) => {
    const own = () => Array.from(points.cluster.keys()).filter((i) => points.cluster[i] === at + 1);
    const text = `${counted(cluster.size, "face")}: ${common(cluster)}`;
    return entry(text, () => actions.look(own()), () => actions.tick(own()));
  });
  const outliers = alone(points);
  const odd = outliers.map((i) => entry(`Face ${points.faces[i]}`, () => actions.look([i]), () => actions.tick([i])));
  const some = clusters.length ? "Clusters, and what they have more or less of than the others" : "No clusters stand out";
  place.replaceChildren(
    element("h4", "", {}, some), element("ol", "", {}, ...clusters),
    element("h4", "", {}, `${outliers.length} faces that resemble the others least`),
    button("fq-map-whole", `Tick all ${outliers.length}`, {}, () => actions.tick(outliers)), element("ol", "", {}, ...odd),
  );
}
