"""What the map of faces costs and how good it is, and how fast it is drawn.

    python benchmarks/map.py --embeddings embeddings.npy        quality, of float32[n, 512]
    python benchmarks/map.py --faces 200000                     seconds and memory, of faces that are made up
    python benchmarks/map.py --library LIBRARY                  frames a second in Chromium, of a library with a map

Kept is the share of the ten nearest by their vectors that are among the ten nearest on the map; trustworthiness is that
of Venna and Kaski (2001). Both are of 1,000 faces among all. Of the faces, a tenth is taken out and placed again.
"""

import argparse
import re
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree  # type: ignore[import-untyped]

from benchmarks.similar import people
from retrieval.likeness.placing import added, placed

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]
TOP, SAMPLE, TIMES, FRAMES = 10, 1000, 10, 40
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
DRAWN = """(frames) => new Promise((done) => {
  const canvas = document.querySelector(".fq-map-canvas"), times = [];
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const step = (now) => {
    times.push(now);
    if (times.length > frames) return done(times.slice(1).map((time, at) => time - times[at]));
    canvas.dispatchEvent(new WheelEvent("wheel", { deltaY: times.length % 2 ? 20 : -20, cancelable: true,
      clientX: left + width / 2, clientY: top + height / 2 }));
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--embeddings", type=Path)
    parser.add_argument("--faces", type=int)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--chromium", default="chromium")
    arguments = parser.parse_args()
    if arguments.embeddings:
        vectors = np.load(arguments.embeddings)
        quality(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    if arguments.faces:
        seconds(people(arguments.faces))
    if arguments.library:
        frames(arguments.library, arguments.chromium)


def quality(vectors: Floats) -> None:
    begin, dice = time.process_time(), np.random.default_rng(0)
    found = placed(vectors)
    print(f"{len(vectors):,} faces in {time.process_time() - begin:.1f} s of one core")
    asked = np.sort(dice.choice(len(vectors), min(SAMPLE, len(vectors)), replace=False))
    print("all together:", said(vectors, found.at, asked))
    again = np.sort(dice.choice(len(vectors), len(vectors) // 10, replace=False))
    later = found._replace(at=found.at.copy())
    later.put(again, added(vectors, found, again))
    print("placed later:", said(vectors, later.at, again[:: max(1, len(again) // SAMPLE)]))


def said(vectors: Floats, at: Floats, asked: Ids) -> str:
    kept, trusted = measured(vectors, at, asked)
    return f"kept {kept:.3f}, trustworthiness {trusted:.3f}"


def measured(vectors: Floats, at: Floats, asked: Ids) -> tuple[float, float]:
    """The share of the ten nearest that are kept, and the trustworthiness."""
    count, lost, kept = len(vectors), 0, 0
    _, on_map = cKDTree(at).query(at[asked], TOP + 1)
    for face, near in zip(asked.tolist(), on_map, strict=True):
        cosines = vectors @ vectors[face]
        cosines[face] = np.inf
        others = [other for other in near.tolist() if other != face][:TOP]
        ranks = [int(np.count_nonzero(cosines > cosines[other])) for other in others]
        kept += sum(rank <= TOP for rank in ranks)
        lost += sum(max(0, rank - TOP) for rank in ranks)
    worst = len(asked) * TOP * (2 * count - 3 * TOP - 1) / 2
    return kept / len(asked) / TOP, 1 - lost / worst


def seconds(vectors: Floats) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin, begin_cpu = time.perf_counter(), time.process_time()
    found = placed(vectors)
    took = f"{time.perf_counter() - begin:.0f} s, {time.process_time() - begin_cpu:.0f} s of the processor"
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    new = np.arange(0, len(vectors), max(1, len(vectors) // 1000))
    begin = time.perf_counter()
    added(vectors, found, new)
    print(f"{len(vectors):,} faces: {took}, {more:,.0f} MB more; 1,000 new ones {time.perf_counter() - begin:.1f} s")


def frames(library: Path, chromium: str) -> None:
    from playwright.sync_api import sync_playwright

    program = "import sys; from pathlib import Path; from ui.server import serve; "
    program += "sys.exit(serve(Path(sys.argv[1]), 8789, [Path(sys.argv[1])], False))"
    server = subprocess.Popen([sys.executable, "-c", program, str(library)], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        address = next(filter(None, (re.search(r"http://127\.\S+", line) for line in server.stdout)))[0]
        with sync_playwright() as playwright:
            page = playwright.chromium.launch(executable_path=chromium, args=FLAGS).new_page(
                viewport={"width": 1280, "height": 900}
            )
            page.goto(address)
            page.wait_for_url(lambda url: "token" not in url)
            begin = time.perf_counter()
            page.goto(address.split("?")[0] + "map")
            page.locator(".fq-map-state", has_text="faces").wait_for(timeout=120_000)
            print(f"shown after {time.perf_counter() - begin:.1f} s: {page.locator('.fq-map-state').inner_text()}")
            page.wait_for_timeout(1000)
            for name in ("one colour", "by attribute"):
                if name == "by attribute":
                    page.locator(".fq-map-by").select_option("Smiling")
                    page.wait_for_timeout(1000)
                medians = [statistics.median(page.evaluate(DRAWN, FRAMES)) for _ in range(TIMES)]
                middle = statistics.median(medians)
                print(
                    f"{name}: a frame in {middle:.1f} ms, {1000 / middle:.0f} a second, at worst {max(medians):.1f} ms"
                )
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
