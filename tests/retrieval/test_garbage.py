import subprocess
import sys

from tests.retrieval.made import ENVIRONMENT

CYCLES = """
import gc
from retrieval import garbage
garbage.collect_seldom()
times = []
gc.callbacks.append(lambda phase, _: times.append(phase))
cycles = [[] for _ in range(40_000)]
few = len(times)
for cycle in cycles * 3:
    cycle.append([cycle])
many = len(times)
garbage.leave()
assert gc.get_freeze_count() > 40_000, gc.get_freeze_count()
print(few, many > few)
"""


def test_garbage_is_looked_for_seldom_but_is_and_not_in_what_is_left() -> None:
    said = subprocess.run([sys.executable, "-c", CYCLES], capture_output=True, text=True, env=ENVIRONMENT, check=True)
    assert said.stdout.split() == ["0", "True"]
