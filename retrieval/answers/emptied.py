"""Where a query finds nothing: which condition of it to drop, and how many faces there are then. It knows no table."""

from itertools import islice
from typing import NamedTuple

from retrieval.columns import bits
from retrieval.language.nodes import Columns, Query, without_one

CONDITIONS = 64  # that are left out in turn, each for the price of the query


class Dropped(NamedTuple):
    """Without `condition` the query is `rest`, which `faces` match."""

    condition: str
    rest: str
    faces: int


def dropped(tree: Query, columns: Columns) -> list[Dropped]:
    """The conditions without which some face matches a query that none does, that of the most faces first. Empty where
    any face matches, and where no one condition is to blame.
    """
    if bits.count(tree.bits(columns)):
        return []
    pruned = dict.fromkeys(islice(without_one(tree), CONDITIONS))
    tried = [Dropped(str(condition), str(rest), bits.count(rest.bits(columns))) for condition, rest in pruned]
    return sorted((one for one in tried if one.faces), key=lambda one: -one.faces)
