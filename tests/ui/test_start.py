import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(sys.platform != "linux", reason="limits of the address space are Linux's")
@pytest.mark.parametrize("megabytes", [40, 60, 80])
def test_where_nothing_fits_into_memory_there_is_a_sentence_and_an_end(megabytes: int, tmp_path: Path) -> None:
    """Somewhat above that OpenBLAS speaks for itself, and ends the process."""
    limited = f"ulimit -v {1024 * megabytes}; exec {sys.executable} -m ui.start find Male --library {tmp_path}"
    ended = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1 and ended.stderr.endswith("not enough memory for facequery to begin.\n")


def test_a_defect_in_what_is_imported_is_not_called_a_lack_of_memory() -> None:
    broken = "import sys; sys.modules['ui.cli'] = None; from ui.start import main; main()"
    ended = subprocess.run([sys.executable, "-c", broken], capture_output=True, text=True)
    assert ended.returncode == 1 and "ui.cli" in ended.stderr and "memory" not in ended.stderr
