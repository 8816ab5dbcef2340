from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import shown
from ui.files.names import LONGEST, Names, safe


def test_a_plain_name_stays_as_it_is():
    for name in ("IMG_0001.jpg", "Anna & Paul (2).jpeg", "été à la mer.png", "写真.heic", "a b.c.jpg"):
        assert safe(name) == name


def test_what_some_file_system_would_not_take_is_replaced():
    for name, kept in {
        'a<b>:"c|d?*.jpg': "a_b___c_d__.jpg",
        "..\\..\\evil.jpg": "__.._evil.jpg",
        "/etc/passwd": "_etc_passwd",
        "CON.jpg": "_CON.jpg",
        "com1": "_com1",
        "console.jpg": "console.jpg",
        "name. . ": "name_",
        ".hidden": "_hidden",
        "-rf.jpg": "_-rf.jpg",
        "caf\udce9.jpg": "caf_.jpg",
        "a\nb\x00\x1b.jpg": "a_b__.jpg",
        "": "_",
        "...": "_",
        "e\u0301.jpg": "\xe9.jpg",
    }.items():
        assert safe(name) == kept, name


@given(st.lists(st.text(max_size=300), max_size=20))
def test_no_two_names_are_the_same_anywhere(given: list[str]):
    names = Names()
    made = [names.new(name) for name in [*given, *given]]
    assert len({name.casefold() for name in made}) == len(made)
    for name in made:
        assert 0 < len(name.encode()) <= LONGEST and not set(name) & set('<>:"/\\|?*\0') and name == shown(name)
        assert not name.startswith((".", "-", " ")) and not name.endswith((".", " "))


def test_the_same_name_gets_a_number_before_its_ending():
    names = Names()
    assert [names.new(name) for name in ("a.jpg", "A.JPG", "a.jpg", "a (2).jpg", "b")] == [
        *("a.jpg", "A (2).JPG", "a (3).jpg", "a (2) (2).jpg", "b")
    ]
    long = "x" * 300 + ".jpeg"
    assert len(names.new(long)) == LONGEST >= len(names.new(long)) and names.new(long).endswith("x (3).jpeg")
