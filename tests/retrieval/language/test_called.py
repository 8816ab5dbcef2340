import pytest

from retrieval.errors import QueryError
from retrieval.library import Library
from tests.retrieval.made import found


def test_a_query_asks_for_the_faces_of_a_list(six: Library):
    six.shortlists.add("Für Paul", [4, 2])
    six.shortlists.create("nobody")
    assert found(six, 'list:"FüR pAUL"') == [2, 4] and found(six, "NOT list:nobody") == [1, 2, 3, 4, 5, 6]
    with pytest.raises(QueryError, match="No shortlist is called “Paul”") as caught:
        six.find("Smiling OR list:Paul")
    assert caught.value.position == 11 and 'list:"Für Paul"' in caught.value.suggestions
    six.shortlists.remove("für paul", [4])
    assert found(six, 'list:"für paul"') == [2] and six.every('list:"für paul"') == [2]
