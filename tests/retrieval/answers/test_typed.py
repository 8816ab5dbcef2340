import pytest

from retrieval.answers.typed import typed
from retrieval.columns.columns import Columns
from tests.retrieval.answers.test_emptied import faces

COLUMNS: Columns = faces()


@pytest.mark.parametrize(
    ("text", "start", "end", "said"),
    [
        ("smi|", 0, 3, "smi"),
        ("Male AND smi|ling", 9, 16, "smi"),
        ("smiling big n|", 8, 13, "big n"),
        ("Male big |", 5, 9, "big "),
        ("Male |", 5, 5, ""),
        ("|", 0, 0, ""),
        ("camera:|", 7, 7, ""),
        ("camera: |", 8, 8, ""),
        ("camera:X1|00 Male", 7, 11, "X1"),
        ('camera:"Canon E|', 7, 15, "Canon E"),
        ('camera:"Canon E|"', 7, 16, "Canon E"),
        ('camera:"X100" |', 14, 14, ""),
        ("Smiling > |", 10, 10, ""),
        ("Smiling > 0.|", 10, 12, "0."),
        ("faces >= 1|", 9, 10, "1"),
        ("@sm| and more", 0, 12, "sm"),
        ("Male # smi|", 10, 10, ""),
        ("Male # x\nsmi|", 9, 12, "smi"),
        ("Male AND no b|", 9, 13, "no b"),
    ],
)
def test_what_is_typed_begins_where_its_word_does(text: str, start: int, end: int, said: str):
    caret = text.index("|")
    found = typed(text.replace("|", ""), caret, COLUMNS, {"smiles": "Smiling"})
    assert (found.start, found.end, found.text) == (start, end, said)
    assert found.candidates or "#" in text or ":" in text
