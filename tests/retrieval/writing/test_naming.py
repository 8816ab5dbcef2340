import pytest

from retrieval.errors import NotThatPerson, QueryError
from retrieval.library import Library
from tests.retrieval.crowd import CLOSE, FIRST, SECOND, THIRD, groups, person_of


def test_a_name_makes_a_group_sure_and_is_kept(crowd: Library):
    action = crowd.people.name(person_of(crowd, 1), " Anna ")
    anna = crowd.people.person(person_of(crowd, 1))
    assert (anna.name, set(anna.sure), action.faces) == ("Anna", FIRST, 5)
    crowd.people.group(0.999)
    assert groups(crowd) == [FIRST] and crowd.people.listed()[0].name == "Anna"
    crowd.people.name(anna.id, "Annie")
    assert [person.name for person in crowd.people.listed()] == ["Annie"]


def test_a_name_leaves_a_group_its_number(crowd: Library):
    first = person_of(crowd, 1)
    for called in ("Anna", "Annie"):
        crowd.people.name(first, called)
        crowd.people.group(CLOSE)
        assert crowd.people.person(first).name == called and set(crowd.people.person(first).faces) == FIRST
    assert [action.faces for action in crowd.history()] == [5, 5]


def test_names_are_undone_in_any_order(crowd: Library):
    first = person_of(crowd, 1)
    anna, annie = crowd.people.name(first, "Anna"), crowd.people.name(first, "Annie")
    crowd.undo(anna.id)
    assert crowd.people.person(first).name == "Annie" and crowd.people.person(first).sure == FIRST
    crowd.undo(annie.id)
    assert crowd.people.person(first).name is None and not crowd.people.person(first).sure


def test_a_name_that_is_another_s_by_now_is_not_given_back(crowd: Library):
    first, second = person_of(crowd, 1), person_of(crowd, 6)
    crowd.people.name(first, "Anna")
    renamed = crowd.people.name(first, "Annie")
    crowd.people.name(second, "Anna")
    with pytest.raises(NotThatPerson, match=f"group {second} is called so"):
        crowd.undo(renamed.id)
    assert [crowd.people.person(number).name for number in (first, second)] == ["Annie", "Anna"]
    assert not next(action for action in crowd.history() if action.id == renamed.id).undone


def test_the_name_of_a_person_who_became_another_can_be_given_again_and_comes_back(crowd: Library):
    first, second, third = (person_of(crowd, face) for face in (1, 6, 10))
    crowd.people.name(first, "Anna")
    crowd.people.name(second, "Bea")
    merged = crowd.people.merge(first, second)
    crowd.people.name(third, "Bea")
    crowd.undo()
    crowd.undo(merged.id)
    assert [crowd.people.person(number).name for number in (first, second, third)] == ["Anna", "Bea", None]


def test_who_is_called_what_can_be_asked_for(crowd: Library):
    crowd.people.name(person_of(crowd, 1), "Anna Maria")
    assert {hit.face for hit in crowd.find('person:"anna maria"').hits} == FIRST
    assert crowd.count('NOT person:"Anna Maria"') == 7
    crowd.people.reject(person_of(crowd, 1), [3])
    assert {hit.face for hit in crowd.find('person:"anna maria"').hits} == FIRST - {3}
    crowd.people.name(person_of(crowd, 1), "Anna")
    with pytest.raises(QueryError, match="Nobody in the library is called") as caught:
        crowd.count('person:"Anna Maria"')
    assert caught.value.suggestions == ('person:"Anna"',)
    assert crowd.count("person:Anna") == 4


def test_a_name_that_is_none_or_another_s_is_refused(crowd: Library):
    first, second = person_of(crowd, 1), person_of(crowd, 6)
    crowd.people.name(first, "Anna")
    for called, what in (("  ", "characters"), ("x" * 201, "characters"), ("Anna", "merge")):
        with pytest.raises(NotThatPerson, match=what):
            crowd.people.name(second, called)
    assert groups(crowd) == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize("name", ["\udcff", "a\0b", "a\nb"])
def test_a_name_is_text_that_can_be_printed(crowd: Library, name: str):
    with pytest.raises(NotThatPerson, match="printable"):
        crowd.people.name(person_of(crowd, 1), name)


def test_a_name_is_the_same_however_its_accents_are_written(crowd: Library):
    first, second = person_of(crowd, 1), person_of(crowd, 6)
    crowd.people.name(first, "Jose\u0301")
    assert [crowd.find(query).total for query in ("person:José", "person:jose\u0301")] == [5, 5]
    assert len(crowd.every("person:José")) == 5  # by SQL
    with pytest.raises(NotThatPerson, match="already"):
        crowd.people.name(second, "José")
    assert crowd.people.person(first).name == "Jose\u0301"  # as it was said
    crowd.people.name(first, "José")
    assert crowd.people.person(first).name == "José"


def test_names_of_persian_and_hindi_and_emoji_are_names(crowd: Library):
    for called in ("علی\u200cرضا", "क्\u200dषमा", "👩\u200d👧"):
        crowd.people.name(person_of(crowd, 1), called)
        assert crowd.find(f'person:"{called}"').total == 5
