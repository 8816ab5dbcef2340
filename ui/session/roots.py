"""Which folders the app may read: those inside the roots it was started with, links resolved.

Whoever is let in by `ui.gate` can ask for any folder; this is the fence.
"""

import os
from collections.abc import Sequence

from indexer.scan import FolderError, resolve
from retrieval.errors import shown


def inside(folder: str, roots: Sequence[str]) -> str:
    """The one absolute path of a folder a person typed; a relative one is meant from the first root.

    Raises FolderError when it is outside the roots, which is decided before looking whether it is there, or
    when it is no folder.
    """
    if not folder.strip():
        raise FolderError("Name the folder that holds the photographs.")
    real = _real(os.path.join(roots[0], os.path.expanduser(folder)))  # noqa: PTH111, PTH118
    fences = [_real(root) for root in roots]
    if not any(_holds(fence, real) for fence in fences):
        allowed = " or ".join(shown(fence) for fence in fences)
        raise FolderError(
            f"{shown(folder[:200])} is outside {allowed}, and this app reads nothing else. "
            "Start `facequery ui` with --root for another place, or use `facequery index`."
        )
    return resolve(real)


def _real(path: str) -> str:
    try:
        return os.path.realpath(path)
    except ValueError:
        raise FolderError("The name of a folder cannot hold a NUL.") from None


def _holds(fence: str, path: str) -> bool:
    try:
        return os.path.commonpath([fence, path]) == fence
    except ValueError:  # Windows: another drive
        return False
