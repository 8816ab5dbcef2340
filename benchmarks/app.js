// What benchmarks/app.py watches in the page. Each gives milliseconds, but where it says otherwise.
const PICTURES = ".fq-cell:not([hidden]) img, [class*=st-key-card-] img";
const COUNTS = ".fq-title, [data-testid=stMarkdown] strong";

function inSight(one) {
  const box = one.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight;
}

function until(holds) { // at a frame; resolves with how long it took
  const start = performance.now();
  return new Promise((resolve) => {
    const look = () => (holds() ? resolve(performance.now() - start) : requestAnimationFrame(look));
    look();
  });
}

function cell(n) {
  return document.querySelectorAll(".fq-cell:not([hidden])")[n];
}

window.watching = {
  // From the next key or click until the page says how many faces there are and every picture in sight is there.
  answered(count) {
    watching.answer = new Promise((resolve) => {
      const begin = () => resolve(until(() => {
        const pictures = [...document.querySelectorAll(PICTURES)].filter(inSight);
        const all = pictures.length > 3 && pictures.every((one) => one.complete && one.naturalWidth > 0);
        return all && [...document.querySelectorAll(COUNTS)].some((one) => one.textContent === count);
      }));
      for (const kind of ["keydown", "click"]) addEventListener(kind, begin, { once: true, capture: true });
    });
  },

  // Frames a second, and the longest of them in milliseconds, at that many pixels a second.
  scrolled(seconds, speed) {
    const scroller = document.querySelector("[data-testid=stMain]"), frames = [], start = performance.now();
    return new Promise((resolve) => {
      const step = (now) => {
        frames.push(now);
        scroller.scrollTop = ((now - start) / 1000) * speed;
        if (now - start < seconds * 1000) requestAnimationFrame(step);
        else resolve([frames.length / seconds, Math.max(...frames.slice(1).map((at, n) => at - frames[n]))]);
      };
      requestAnimationFrame(step);
    });
  },

  // To a place (0 to 1) of the whole, until every picture in sight is there.
  async jumped(place) {
    const scroller = document.querySelector("[data-testid=stMain]"), start = performance.now();
    scroller.scrollTop = place * scroller.scrollHeight;
    await new Promise((resolve) => setTimeout(resolve, 30)); // until it is no more the place before
    await until(() => {
      const cells = [...document.querySelectorAll(".fq-cell:not([hidden])")].filter(inSight);
      return cells.length && cells.every((one) => one.classList.contains("fq-there"));
    });
    return performance.now() - start;
  },

  // From a click on the box of the n-th face to the frame behind the one in which it is ticked.
  async ticked(n) {
    const start = performance.now(), before = cell(n).getAttribute("aria-selected");
    cell(n).querySelector(".fq-tick").dispatchEvent(new MouseEvent("click", { bubbles: true }));
    await until(() => cell(n).getAttribute("aria-selected") !== before);
    await new Promise(requestAnimationFrame);
    return performance.now() - start;
  },

  // From a click on the n-th face to its photograph in the viewer.
  enlarged(n) {
    cell(n).click();
    return until(() => [...document.querySelectorAll("dialog[open] img, dialog[open] canvas")].some((one) => (
      one.tagName === "CANVAS" || (one.complete && one.naturalWidth > 0)
    )));
  },
};
