"""The faces that others should resemble, or should not: of the library, or one in a picture that a person hands over.

A handed-over picture lives in this browser session's memory and nowhere else.
"""

from collections.abc import Callable
from typing import NamedTuple

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from indexer.scan import SUFFIXES
from retrieval.errors import UnreadableImage, shown
from retrieval.library import Library
from retrieval.likeness.examples import Example as Likeness
from retrieval.pictures.bounds import MAX_BYTES, MAX_PIXELS
from ui.session import models
from ui.session.models import Seen
from ui.session.pictures import thumbnail_of
from ui.words import file_name, harmless

LIMITS = f"At most {MAX_BYTES // 2**20} MiB and {MAX_PIXELS // 1_000_000} megapixels."
ENDINGS = sorted(suffix.removeprefix(".") for suffix in SUFFIXES)


class Example(NamedTuple):
    """A face and where it comes from; `face` is its number if the library has it. Others should be like it if
    `wanted`, else unlike it.
    """

    jpeg: bytes
    name: str
    likeness: Likeness
    face: int | None = None
    wanted: bool = True


def of_face(library: Library, face: int, wanted: bool = True) -> Example:
    """A face of the library; NoSuchFace."""
    hit = library.face(face)
    return Example(thumbnail_of(hit).jpeg, file_name(hit.photo), library.example(face), face, wanted)


def picture_box(on_change: Callable[[], None]) -> None:
    """A button that opens a box to drop a picture on; `on_change` is called when one comes or goes."""
    with st.popover("By picture", key="sign-picture", help="By picture"):
        st.caption(f"Find faces like the one in a picture. It is only looked at, and stored nowhere. {LIMITS}")
        st.file_uploader(
            "A picture with a face", type=ENDINGS, key=_key(), on_change=on_change, label_visibility="collapsed"
        )


def picture() -> UploadedFile | None:
    """The picture that was handed over."""
    given: UploadedFile | None = st.session_state.get(_key())
    return given


def of_picture(library: Library) -> Example | None:
    """The face in the picture that was handed over, chosen by a person if there are several; None without one.

    Shows a sentence where a picture has none, or is none. ModelError, WrongModel.
    """
    given = picture()
    if given is None:
        return None
    name = shown(given.name)
    try:
        seen = _seen(library, given)
    except UnreadableImage as error:
        st.error(harmless(f"{name} cannot be used: {error.reason}."), icon=":material/error:")
        return None
    if not seen:
        st.warning(harmless(f"No face was found in {name}."), icon=":material/face_retouching_off:")
        return None
    face = seen[_meant(seen)]
    return Example(face.jpeg, name, Likeness(face.embedding))


def put_away() -> None:
    """Forgets the picture that was handed over."""
    st.session_state.pictures = st.session_state.get("pictures", 0) + 1
    st.session_state.pop("seen", None)
    st.session_state.pop("meant", None)


def _seen(library: Library, given: UploadedFile) -> list[Seen]:
    kept: tuple[object, list[Seen]] | None = st.session_state.get("seen")
    sight = (given.file_id, library.model and library.model.fingerprint, library.crop)
    if kept is None or kept[0] != sight:  # another model sees another face
        tagger, finder = models.tagger_for(library), models.finder_for(library.crop, library.sought())
        with st.spinner("Looking for faces …"):
            kept = (sight, models.seen_in(given.getvalue(), tagger, finder))
        st.session_state.seen = kept
        st.session_state.pop("meant", None)
    return kept[1]


def _meant(seen: list[Seen]) -> int:
    """Which of the faces a person means: the largest until they say another."""
    if len(seen) == 1:
        return 0
    st.caption(f"There are {len(seen)} faces in this picture. Which one is meant?")
    with st.container(horizontal=True, gap="small"):
        for number, face in enumerate(seen):
            with st.container(width=96, gap="xxsmall"):
                st.image(face.jpeg, width="stretch", alt=f"Face {number + 1} of the picture")
                if st.button(f"Face {number + 1}", key=f"meant-{number}", width="stretch"):
                    st.session_state.meant = number
    return min(int(st.session_state.get("meant", 0)), len(seen) - 1)


def _key() -> str:
    """Names the uploader; a new name is an empty one."""
    return f"picture-{st.session_state.get('pictures', 0)}"
