from pathlib import Path

import pytest

from retrieval.errors import AlreadyThere
from ui.files import links


def photographs(folder: Path) -> list[Path]:
    folder.mkdir()
    paths = [folder / name for name in ("b.jpg", "a.jpg", "caf\udce9.jpg")]
    for path in paths:
        path.write_bytes(path.name.encode(errors="surrogateescape"))
    return paths


def test_each_photograph_has_a_link_in_order(tmp_path: Path):
    paths = photographs(tmp_path / "p")
    made = links.write(map(str, [*paths, paths[0], tmp_path / "gone.jpg"]), tmp_path / "new" / "links")
    assert made.number == 3 and made.problems == [(f"{tmp_path}/gone.jpg", "there is no such file")]
    found = sorted((tmp_path / "new" / "links").iterdir())
    assert [path.name for path in found] == ["1 b.jpg", "2 a.jpg", "3 caf_.jpg"]
    assert [path.resolve() for path in found] == paths and all(path.is_symlink() for path in found)


def test_where_no_link_can_be_made_a_file_leads_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    paths = photographs(tmp_path / "p")

    def refuse(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    links.write(map(str, paths), tmp_path / "links")
    text = (tmp_path / "links" / "3 caf_.jpg.url").read_text()
    assert text.startswith("[InternetShortcut]\n") and f"URL=file://{tmp_path}/p/caf%E9.jpg\n" in text


def test_only_a_new_or_an_empty_folder_is_filled(tmp_path: Path):
    paths = [str(path) for path in photographs(tmp_path / "p")]
    (tmp_path / "empty").mkdir()
    assert links.write(paths, tmp_path / "empty").number == 3
    for folder in (tmp_path / "empty", tmp_path / "p", tmp_path / "p" / "a.jpg"):
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(AlreadyThere):
            links.write(paths, folder)
        assert sorted(tmp_path.rglob("*")) == before
