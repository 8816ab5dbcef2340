"""How text can be spelt: which spellings are the same name, which marks are quotation marks, and which characters only
look like one that means something. It knows no query, no table and no file.
"""

import unicodedata
from difflib import SequenceMatcher

from retrieval.errors import JOINERS, shown

QUOTES = '"“”„‟«»″〝〞〟＂'
"""Marks between which a value may stand; what word processors put there in place of the first of them too."""

SHORT = 3  # characters; fewer are like nearly every word
ALIKE = 0.75  # of difflib's measure, from which a word is a slip of another

_LOOK_LIKE = {  # what no decomposition tells: by Unicode's confusables (UTS 39), for the signs of queries and patterns
    "'": "‘’‚‛′ʹʻʼˈ´",
    "-": "‐‑‒–—―−⁃˗➖",
    ":": "∶꞉ː˸׃܃",
    "/": "⁄∕╱⧸",
    "\\": "∖⧵⧹╲",
    "*": "∗⁎٭✱✲✳",
    "?": "؟",
    "!": "ǃ",
    "#": "♯",
    "[": "〔❲⁅【",
    "]": "〕❳⁆】",
    "(": "❨⟮﴾",
    ")": "❩⟯﴿",
    "<": "‹〈⟨",
    ">": "›〉⟩",
    "=": "═꓿",
    "": "\u00ad\u200b\u2060\ufeff",  # nothing: they are not seen at all
}
_ASCII = {character: like for like, characters in _LOOK_LIKE.items() for character in characters}
_ASCII |= dict.fromkeys(QUOTES[1:], QUOTES[0])
_SHAPES = ("<wide>", "<small>", "<font>", "<noBreak>", "<compat>")  # of a character, and no other meaning


def composed(text: str) -> str:
    """Each letter and its accents as one character, as far as there is one (NFC). Names that differ only in that are
    the same; macOS writes them in the one way, and keyboards in the other.
    """
    return unicodedata.normalize("NFC", text)


def folded(text: str) -> str:
    """In lower case and without accents, as one types who is in a hurry."""
    letters = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def resembles(typed: str, word: str) -> float | None:
    """How well what was typed, folded, begins a folded word: 0 for its beginning, 1 for that of a later part, 2 for
    something in it, 3 for what is like its beginning; None for what is not like it at all.
    """
    if word.startswith(typed):
        return 0
    if any(part.startswith(typed) for part in word.replace("/", " ").split()):
        return 1
    if len(typed) < SHORT:
        return None
    if typed in word:
        return 2
    return 3 if SequenceMatcher(None, typed, word[: len(typed) + 1]).ratio() >= ALIKE else None


def is_name(text: str, longest: int) -> bool:
    """Whether somebody or something may be called so: by 1 to `longest` characters that are seen, or that join two."""
    return bool(text) and len(text) <= longest and text == shown(text).strip() == text.strip(JOINERS)


def lookalikes(text: str) -> dict[str, str]:
    """The characters of `text` that look like one of ASCII, and which; nothing for those that are not seen."""
    found = {character: lookalike(character) for character in text if not character.isascii()}
    return {character: like for character, like in found.items() if like is not None}


def lookalike(character: str) -> str | None:
    """What of ASCII the character looks like without being it: `＊` is no star."""
    if character in _ASCII:
        return _ASCII[character]
    shape, _, other = unicodedata.decomposition(character).partition(" ")
    if shape in _SHAPES and len(other) == 4 and (like := chr(int(other, 16))).isascii():
        return like
    return None
