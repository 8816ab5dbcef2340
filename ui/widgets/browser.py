"""Parts of the page that run in the browser: each is a module of `ui/browser` with a function `mount`, given `data`."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

_MOUNT = Path(__file__).parent.parent / "browser" / "mount.js"


def browser_part(part: str, data: dict[str, Any], *, key: str, on: dict[str, Callable[[], None]] | None = None) -> Any:
    """Mounts `ui/browser/{part}.js`; returns what Streamlit does: an attribute for each value and trigger in `on`."""
    callbacks = {f"on_{name}_change": callback for name, callback in (on or {}).items()}
    return _component()(key=key, data={"part": part, **data}, **callbacks)


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component("facequery", js=_MOUNT.read_text("utf-8"), isolate_styles=False)
