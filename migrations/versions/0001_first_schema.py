"""The first schema: models, photographs, faces, attributes, embeddings, corrections, saved searches."""

import uuid
from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.kinds import LONG, REAL, SINGLE, TEXT, number, on_postgresql, vector

revision = "0001"
down_revision = None

ATTRIBUTES = [
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
]


def upgrade() -> None:
    if on_postgresql():
        op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    _library()
    _models_and_photographs()
    _faces()
    _what_people_said()


def _create(name: str, *parts: Any, autoincrement: bool = False) -> sa.Table:
    return op.create_table(name, *parts, sqlite_strict=True, sqlite_autoincrement=autoincrement)


def _boolean(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, sa.CheckConstraint(f"{name} IN (0, 1)"), nullable=False)


def _library() -> None:
    table = _create(
        "library",
        sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
        sa.Column("identity", TEXT, nullable=False),
        sa.Column("generation", LONG, nullable=False),
        sa.Column("stamp", TEXT, nullable=False),
    )
    row = {"id": 1, "identity": uuid.uuid4().hex, "generation": 0, "stamp": uuid.uuid4().hex}
    op.bulk_insert(table, [row])


def _models_and_photographs() -> None:
    _create(
        "model",
        number(sa.Integer()),
        sa.Column("fingerprint", TEXT, nullable=False, unique=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("card", TEXT, nullable=False),
        sa.Column("thresholds", TEXT, nullable=False),
        sa.Column("created", LONG, nullable=False),
    )
    outcomes = sa.CheckConstraint("outcome IN ('faces', 'no_face', 'unreadable')")
    _create(
        "photo",
        number(),
        sa.Column("path", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("sha256", TEXT, sa.CheckConstraint("length(sha256) = 64"), index=True),
        sa.Column("size", LONG, nullable=False),
        sa.Column("mtime_ns", LONG, nullable=False),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("outcome", TEXT, outcomes, nullable=False),
        sa.Column("crop", TEXT, sa.CheckConstraint("crop IN ('auto', 'aligned')"), nullable=False),
        sa.Column("reason", TEXT),
        _boolean("missing"),
        sa.Column("added", LONG, nullable=False),
        autoincrement=True,
    )


def _owner(table: str, **options: Any) -> sa.Column[int]:
    key = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(table, LONG, key, nullable=False, **options)


def _faces() -> None:
    _create(
        "face",
        number(),
        _owner("photo", index=True),
        *[sa.Column(side, sa.Integer, nullable=False) for side in ("left", "top", "right", "bottom")],
        sa.Column("landmarks", TEXT),
        sa.Column("score", REAL),
        sa.Column("model", sa.Integer, sa.ForeignKey("model.id"), nullable=False, index=True),
        sa.CheckConstraint('"left" < "right" AND top < bottom'),
        autoincrement=True,
    )
    _create("attribute", _owner("face", primary_key=True), *[_probability(name) for name in ATTRIBUTES])
    _create("embedding", _owner("face", primary_key=True), vector(512))


def _probability(name: str) -> sa.Column[float]:
    return sa.Column(name, SINGLE, sa.CheckConstraint(f'"{name}" BETWEEN 0 AND 1'), nullable=False)


def _what_people_said() -> None:
    _create(
        "correction",
        number(),
        _owner("face"),
        sa.Column("attribute", TEXT, nullable=False),
        _boolean("value"),
        sa.Column("made", LONG, nullable=False),
        sa.UniqueConstraint("face", "attribute"),
    )
    _create(
        "saved_search",
        sa.Column("name", TEXT, primary_key=True),
        sa.Column("query", TEXT, nullable=False),
    )
