"""What people say for an attribute, a row each: `woman` is read as NOT Male, `hat` as Wearing_Hat. A word whose
meaning is shaky is never taken: it is refused with the reason, and with what is nearest to it.

Attributes are what annotators ticked on strangers' pictures, so a word about people means what they ticked and no more.
Whoever shows a query says what its words became (`Term.said`). It knows spellings, and no grammar.
"""

from typing import NamedTuple

NOT = "NOT "


class Synonym(NamedTuple):
    """The attribute that words stand for, or that they deny; the words."""

    name: str
    denied: bool
    words: tuple[str, ...]

    @property
    def meaning(self) -> str:
        """As the language writes it."""
        return NOT + self.name if self.denied else self.name


class Shaky(NamedTuple):
    """Why words are not taken for an attribute, and what of the language is nearest; the words."""

    reason: str
    nearest: tuple[str, ...]
    words: tuple[str, ...]


def _row(meaning: str, words: str) -> Synonym:
    return Synonym(meaning.removeprefix(NOT), meaning.startswith(NOT), tuple(words.split(", ")))


def _shaky(words: str, reason: str, *nearest: str) -> Shaky:
    return Shaky(reason, nearest, tuple(words.split(", ")))


SYNONYMS: tuple[Synonym, ...] = (
    _row("Male", "man, men"),
    _row("NOT Male", "woman, women, female, females, lady, ladies"),
    _row("Eyeglasses", "glasses, eye glasses, spectacles, wearing glasses, bespectacled"),
    _row("NOT No_Beard", "beard, beards, bearded"),
    _row("No_Beard", "beardless"),
    _row("Mustache", "moustache, moustached, mustached"),
    _row("5_o_Clock_Shadow", "stubble, five o'clock shadow"),
    _row("Smiling", "smile, smiles, laughing, laugh, laughs, grinning"),
    _row("Mouth_Slightly_Open", "open mouth, mouth open"),
    _row("Wearing_Hat", "hat, hats, cap, caps"),
    _row("Wearing_Lipstick", "lipstick"),
    _row("Wearing_Earrings", "earring, earrings"),
    _row("Wearing_Necklace", "necklace, necklaces"),
    _row("Wearing_Necktie", "necktie, neckties, tie, wearing tie"),
    _row("Blond_Hair", "blond, blonde, blonds, blondes, blonde hair, blond haired, blonde haired"),
    _row("Brown_Hair", "brown haired"),
    _row("Black_Hair", "black haired"),
    _row("Gray_Hair", "grey hair, grey haired, gray haired"),
    _row("Wavy_Hair", "wavy haired"),
    _row("Straight_Hair", "straight haired"),
    _row("Bangs", "fringe"),
    _row("Receding_Hairline", "receding hair"),
    _row("Rosy_Cheeks", "red cheeks"),
    _row("Blurry", "blurred, out of focus"),
)
_ORIGIN = "No attribute says where somebody comes from, or of what colour the skin is"
_CHILD = "No attribute says that somebody is a child: Young is what annotators ticked, of most adults too"
SHAKY: tuple[Shaky, ...] = (
    _shaky("old, elderly, aged, senior", "NOT Young is whoever was not called young, from middle age on", "NOT Young"),
    _shaky("boy, boys", _CHILD, "(Male AND Young)"),
    _shaky("girl, girls", _CHILD, "(NOT Male AND Young)"),
    _shaky("child, children, kid, kids, baby, teenager", _CHILD, "Young"),
    _shaky("brunette, dark hair, dark haired", "It is said of brown hair and of black", "Brown_Hair", "Black_Hair"),
    _shaky("redhead, red hair, ginger", "No attribute says that hair is red", "Brown_Hair", "Blond_Hair"),
    _shaky("white hair, white haired", "Annotators ticked gray for it, or blond", "Gray_Hair", "Blond_Hair"),
    _shaky("black", f"{_ORIGIN}; hair that is black is Black_Hair", "Black_Hair"),
    _shaky("white", f"{_ORIGIN}; Pale_Skin is an opinion about a picture", "Pale_Skin"),
    _shaky("asian, african, indian, latino, latina, caucasian, arab", _ORIGIN),
    _shaky("curly hair, curly, curls", "Wavy is what annotators could tick, for curls and for waves", "Wavy_Hair"),
    _shaky("sunglasses", "Eyeglasses are ticked for sunglasses and for all others", "Eyeglasses"),
    _shaky("makeup, make up", "Only heavy make-up could be ticked", "Heavy_Makeup", "Wearing_Lipstick"),
    _shaky("clean shaven, shaven", "No_Beard is also of those with stubble", "(No_Beard AND NOT 5_o_Clock_Shadow)"),
    _shaky("unshaven", "It is said of stubble and of beards", "5_o_Clock_Shadow", "NOT No_Beard"),
    _shaky("beautiful, pretty, handsome, cute", "It is an annotator's taste", "Attractive"),
    _shaky("fat, overweight", "It is an annotator's opinion", "Chubby"),
    _shaky("happy, cheerful", "A picture shows no feeling, only a smile", "Smiling"),
    _shaky("sad, angry, serious", "A picture shows no feeling, only that nobody smiles", "NOT Smiling"),
)  # fmt: skip
