import pytest

from retrieval.library import Library
from retrieval.tables.records import Sought
from retrieval.tables.sought import LEAST, MOST
from tests.retrieval.made import MODEL


def test_what_is_sought_is_kept_and_the_last_word_holds(library: Library) -> None:
    assert library.sought() == Sought() == Sought("mtcnn", None, 40, None)
    for wanted in (Sought(smallest=LEAST), Sought("yunet", "/home/me/\udcff.onnx", MOST, 0.5)):
        with library.writer(MODEL) as writer:
            writer.seek(wanted)
        assert library.sought() == wanted


@pytest.mark.parametrize("wanted", [Sought("other"), Sought(smallest=LEAST - 1), Sought(certainty=1.5)])  # type: ignore[arg-type]
def test_what_cannot_be_sought_is_not_kept(library: Library, wanted: Sought) -> None:
    with library.writer(MODEL) as writer, pytest.raises(Exception, match=r"(?i)check constraint"):
        writer.seek(wanted)
    assert library.sought() == Sought()
