// Fingers, the mouse and the wheel on the stage, told as what they mean. It knows no picture.
const MOVED = 6; // CSS pixels from which a touch is no tap
const SWIPE = 60; // CSS pixels
const NOTCH = 0.0016; // of the logarithm of the scale a pixel of the wheel
const LINE = 24; // pixels of a wheel that counts lines

/**
 * Listens on `stage`; `heard` has isZoomed(), pan(right, down), zoom(factor, x, y), toggle(x, y), dragged(right, down)
 * while a finger swipes, and swiped("left" | "right" | "up" | "down" | null) at its end.
 */
export function gestures(stage, heard) {
  const fingers = new Map();
  let begun = null, moved = false, swiped = false; // where the first finger came down, in the window

  const place = (event) => {
    const { left, top } = stage.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };

  const far = ({ clientX: x, clientY: y }) => ({ x, y });
  const since = (event) => [event.clientX - begun.x, event.clientY - begun.y];

  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? LINE : 1) * (event.ctrlKey ? 6 : 1);
    const { x, y } = place(event);
    heard.zoom(Math.exp(-Math.max(-400, Math.min(400, pixels)) * NOTCH), x, y);
  }, { passive: false });

  stage.addEventListener("dblclick", (event) => {
    if (event.target.closest("button:not(.fq-v-face)")) return;
    const { x, y } = place(event);
    heard.toggle(x, y);
  });

  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.closest("button:not(.fq-v-face)")) return;
    fingers.set(event.pointerId, place(event));
    if (fingers.size === 1) [begun, moved, swiped] = [far(event), false, event.pointerType !== "mouse"];
    else swiped = false;
  });

  stage.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = place(event);
    const [right, down] = since(event);
    if (!moved && Math.hypot(right, down) < MOVED && fingers.size === 1) return;
    if (!moved) {
      moved = true;
      for (const finger of fingers.keys()) stage.setPointerCapture(finger);
    }
    const others = [...fingers].filter(([finger]) => finger !== event.pointerId).map(([, at]) => at);
    fingers.set(event.pointerId, now);
    if (others.length) return pinched(before, now, others[0]);
    if (heard.isZoomed()) return heard.pan(now.x - before.x, now.y - before.y);
    if (swiped) heard.dragged(right, down);
    return undefined;
  });

  const ended = (event) => {
    if (!fingers.delete(event.pointerId) || fingers.size || !moved) return;
    const swiping = swiped && event.type === "pointerup" && !heard.isZoomed();
    heard.swiped(swiping ? direction(...since(event)) : null);
  };
  for (const kind of ["pointerup", "pointercancel"]) stage.addEventListener(kind, ended);

  stage.addEventListener("click", (event) => {
    if (!moved) return;
    moved = false; // the end of a drag is no click on what lies below
    event.stopPropagation();
    event.preventDefault();
  }, true);

  function pinched(before, now, other) {
    const factor = Math.hypot(now.x - other.x, now.y - other.y) / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
    heard.zoom(factor, (now.x + other.x) / 2, (now.y + other.y) / 2);
    heard.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
  }
}

function direction(right, down) {
  if (Math.abs(right) > 1.5 * Math.abs(down)) return Math.abs(right) < SWIPE ? null : right < 0 ? "left" : "right";
  return Math.abs(down) < SWIPE ? null : down < 0 ? "up" : "down";
}
