"""How large a check is: the quick size in every run of the tests, the full one where `-m fault` asks for it."""

from typing import Any

import pytest


def sizes(quick: Any, full: Any, *, seconds: int = 3000, patience: int = 900) -> Any:
    """Parameters for `pytest.mark.parametrize`: the quick one may take `patience`, the full one `seconds`."""
    return [
        pytest.param(*_several(quick), id="quick", marks=pytest.mark.timeout(patience)),
        pytest.param(*_several(full), id="full", marks=[pytest.mark.fault, pytest.mark.timeout(seconds)]),
    ]


def _several(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)
