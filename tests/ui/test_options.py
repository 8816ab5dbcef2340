from typing import get_args

from retrieval.answers import ranking
from retrieval.tables import records
from ui import options


def test_what_an_option_offers_is_what_the_library_takes() -> None:
    assert get_args(options.Crop) == get_args(records.Crop)
    assert get_args(options.Sort) == get_args(ranking.Sort)
