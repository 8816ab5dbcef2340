from pathlib import Path

import pytest

from retrieval.errors import AmongPhotographs
from ui.files.written import written


def test_a_file_is_whole_or_not_there(tmp_path: Path):
    (tmp_path / "f").write_bytes(b"before")
    with pytest.raises(KeyboardInterrupt), written(tmp_path / "f", frozenset(), tmp_path / "library") as file:
        file.write(b"half")
        raise KeyboardInterrupt
    assert (tmp_path / "f").read_bytes() == b"before" and list(tmp_path.iterdir()) == [tmp_path / "f"]
    photographs = frozenset({str(tmp_path)})
    with pytest.raises(AmongPhotographs), written(tmp_path / "new" / "f", photographs, tmp_path / "library"):
        pass
    assert not (tmp_path / "new").exists()
