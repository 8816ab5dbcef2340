from retrieval.attributes import ATTRIBUTES, GROUPS, JUDGEMENTS, UNRELIABLE


def test_there_are_forty_names_from_the_first_of_celeba_to_the_last():
    assert len(set(ATTRIBUTES)) == 40
    assert ATTRIBUTES[0] == "5_o_Clock_Shadow" and ATTRIBUTES[20] == "Male" and ATTRIBUTES[-1] == "Young"
    assert sorted(ATTRIBUTES, key=str.lower) == list(ATTRIBUTES)


def test_every_attribute_is_in_exactly_one_group():
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(ATTRIBUTES)


def test_every_warning_is_about_an_attribute():
    assert set(ATTRIBUTES) >= JUDGEMENTS | UNRELIABLE
