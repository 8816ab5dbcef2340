from retrieval.library import Library
from tests.retrieval.made import MODEL, a_photo, fill, two_faces
from tests.retrieval.writing.test_carry_over import resembling


def on(library: Library, name: str) -> list[tuple[int, str | None]]:
    return [(entry.face, entry.note) for entry in library.shortlists.entries(name)]


def test_a_copy_of_a_photograph_is_on_no_list_until_it_is_all_that_is_left(library: Library):
    two_faces(library).shortlists.add("Casting", [2, 1], "tall")
    with library.writer(MODEL) as writer, writer.batch() as batch:
        batch.copy(1, "/copy", 1, 1)
    assert on(library, "Casting") == [(2, "tall"), (1, "tall")]
    with library.writer(MODEL) as writer, writer.batch() as batch:
        batch.mark_missing([1])
        batch.settle([1])
    assert on(library, "Casting") == [(2, "tall"), (3, "tall")] and library.verify() == []
    library.undo()
    assert library.shortlists.listed() == []


def test_the_face_in_an_edited_photograph_takes_the_place_on_the_list(library: Library):
    two_faces(library).shortlists.add("Casting", [1, 2])
    library.shortlists.note("Casting", [1], "call")
    fill(library, [a_photo("/a", resembling(0.6), data="edited")])
    assert on(library, "Casting") == [(3, "call"), (2, None)] and library.totals().photos == 2
    library.undo()
    assert on(library, "Casting") == [(3, None), (2, None)]


def test_a_face_that_was_taken_off_a_list_takes_nobody_s_place_there(library: Library):
    two_faces(library).shortlists.add("Casting", [1])
    with library.writer(MODEL) as writer, writer.batch() as batch:
        batch.copy(1, "/copy", 1, 1)
    library.shortlists.add("Casting", [3])
    library.shortlists.remove("Casting", [3])
    with library.writer(MODEL) as writer, writer.batch() as batch:
        batch.mark_missing([1])
        batch.settle([1])
    assert on(library, "Casting") == [(1, None)]
