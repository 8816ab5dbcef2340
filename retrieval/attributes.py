"""The 40 attributes of CelebA: their names and order, their groups, and how far their labels can be trusted.

Everything else agrees on this module, so it imports nothing.
"""

ATTRIBUTES: tuple[str, ...] = (
    "5_o_Clock_Shadow",
    "Arched_Eyebrows",
    "Attractive",
    "Bags_Under_Eyes",
    "Bald",
    "Bangs",
    "Big_Lips",
    "Big_Nose",
    "Black_Hair",
    "Blond_Hair",
    "Blurry",
    "Brown_Hair",
    "Bushy_Eyebrows",
    "Chubby",
    "Double_Chin",
    "Eyeglasses",
    "Goatee",
    "Gray_Hair",
    "Heavy_Makeup",
    "High_Cheekbones",
    "Male",
    "Mouth_Slightly_Open",
    "Mustache",
    "Narrow_Eyes",
    "No_Beard",
    "Oval_Face",
    "Pale_Skin",
    "Pointy_Nose",
    "Receding_Hairline",
    "Rosy_Cheeks",
    "Sideburns",
    "Smiling",
    "Straight_Hair",
    "Wavy_Hair",
    "Wearing_Earrings",
    "Wearing_Hat",
    "Wearing_Lipstick",
    "Wearing_Necklace",
    "Wearing_Necktie",
    "Young",
)
"""CelebA's names in CelebA's order: column i of every probability array speaks of ATTRIBUTES[i]."""

GROUPS: dict[str, tuple[str, ...]] = {
    "hair": (
        "Bald",
        "Bangs",
        "Black_Hair",
        "Blond_Hair",
        "Brown_Hair",
        "Gray_Hair",
        "Receding_Hairline",
        "Straight_Hair",
        "Wavy_Hair",
    ),
    "face shape": ("Chubby", "Double_Chin", "High_Cheekbones", "Oval_Face"),
    "eyes & brows": ("Arched_Eyebrows", "Bags_Under_Eyes", "Bushy_Eyebrows", "Narrow_Eyes"),
    "nose & mouth": ("Big_Lips", "Big_Nose", "Mouth_Slightly_Open", "Pointy_Nose", "Smiling"),
    "beard": ("5_o_Clock_Shadow", "Goatee", "Mustache", "No_Beard", "Sideburns"),
    "accessories": ("Eyeglasses", "Wearing_Earrings", "Wearing_Hat", "Wearing_Necklace", "Wearing_Necktie"),
    "make-up": ("Heavy_Makeup", "Rosy_Cheeks", "Wearing_Lipstick"),
    "appearance": ("Attractive", "Male", "Pale_Skin", "Young"),
    "picture": ("Blurry",),
}
"""Every attribute in exactly one group, in the order in which a person would look for them."""

JUDGEMENTS: frozenset[str] = frozenset({"Attractive", "Big_Lips", "Big_Nose", "Chubby", "Male", "Pale_Skin", "Young"})
"""Words that are the annotators' opinion of a stranger, not something the picture shows: say so beside them."""

UNRELIABLE: frozenset[str] = frozenset({"High_Cheekbones", "Oval_Face", "Pointy_Nose"})
"""Attributes whose very labels were found near random when people labelled the same faces again."""
