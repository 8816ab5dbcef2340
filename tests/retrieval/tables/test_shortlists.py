from retrieval.library import Library
from retrieval.tables.shortlists import Entry, Shortlist
from tests.retrieval.made import MODEL, found


def test_a_face_whose_photograph_is_missing_stays_on_its_lists(six: Library):
    six.shortlists.add("a", [1, 2])
    with six.writer(MODEL) as writer, writer.batch() as batch:
        batch.mark_missing([1])
    assert six.shortlists.listed() == [Shortlist(1, "a", 2, 1)]
    assert six.shortlists.entries("a") == [Entry(1, None, True), Entry(2, None, False)]
    assert found(six, "list:a") == [2] and six.every("list:a") == [1, 2]
