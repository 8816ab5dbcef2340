from itertools import pairwise
from typing import get_args

from retrieval.stores.postgres.grants import written
from retrieval.stores.rights import Right
from ui.commands.grant import MAY


def test_every_right_is_said_in_a_sentence_and_each_writes_more_than_the_one_before_it():
    assert tuple(MAY) == get_args(Right)
    tables = [set(written(right)) for right in get_args(Right)]
    assert tables == sorted(tables, key=len) and all(less < more for less, more in pairwise(tables))
