"""Random folders whose photographs swap names, move on by one, are copied, overwritten, saved anew and brought back, in
runs that may be cut off: what was said of a face is where its bytes are, and nowhere else.
"""

import contextlib
import hashlib
import os
import random
import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Connection, insert, select

from indexer import pipeline
from retrieval.stores.sqlite.connections import reader
from retrieval.tables import schema
from retrieval.writing import membership
from retrieval.writing.store import Editor
from tests.bad_files import encoded, picture
from tests.indexer.conftest import Bench, FakeFinder
from tests.sizes import sizes

NAMES = [f"{folder}/{number}.png" for folder in "ab" for number in range(5)]
KEPT = "kept.png"  # so that no folder is ever empty, as one that is not mounted
WIDTH = 20  # pixels of a face
WORDS = ("Male", "Eyeglasses", "Smiling")


class Content(NamedTuple):
    """A picture; another variant of it has the same pixels in other bytes."""

    seed: int
    variant: int = 0

    @property
    def data(self) -> bytes:
        image = picture(self.seed, (80, 60))
        image.putpixel((0, 0), (0, 0, 64 * self.faces))
        return encoded(image, "PNG", compress_level=1 + self.variant)

    @property
    def faces(self) -> int:
        return 1 + self.seed % 2


def variants_of(content: Content) -> list[Content]:
    return [Content(content.seed, variant) for variant in (0, 1)]


Topic = tuple[int, str]  # a face by its place, and an attribute or "who"
Words = dict[Topic, Any]


class Killed(BaseException):
    """As if nothing of the process were left."""


class Tree:
    """A folder, its library, and what ought to be said of which face."""

    def __init__(self, bench: Bench, seed: int) -> None:
        self.bench, self.dice = bench, random.Random(seed)
        self.disk: dict[str, Content] = {}
        self.before: dict[str, tuple[Content, Words]] = {}  # as the last whole run left it
        self.ever: defaultdict[Content, list[tuple[Topic, Any]]] = defaultdict(list)  # before the last whole run
        self.erased: set[tuple[str, int]] = set()  # by sha256 and place
        self.taken: set[tuple[int, int]] = set()  # by seed and place: erased with what a variant may have taken over
        self.contents = {Content(n, v).data: Content(n, v) for n in range(900, 912) for v in (0, 1)}
        self.partial = False  # whether a run since then saw a part only: bytes in the other are nowhere, to it
        self.times = 0
        for folder in "ab":
            self.write(f"{folder}/{KEPT}", Content(900 + ord(folder) - ord("a")))
        for name in NAMES[:4] + NAMES[5:8]:
            self.write(name, self.any_content())

    def any_content(self) -> Content:
        return self.dice.choice([c for c in self.contents.values() if c.seed > 901])

    def write(self, name: str, content: Content) -> None:
        """A later moment each time: bytes of the same size and date are the same."""
        path = self.bench.put(name, content.data)
        self.times += 1
        os.utime(path, (1_000_000 + self.times,) * 2)
        self.disk[name] = content

    def there(self, least: int = 1) -> list[str]:
        """Some of the files, in a random order."""
        names = sorted(set(self.disk) & set(NAMES))
        return self.dice.sample(names, min(len(names), max(least, self.dice.randint(1, 4))))

    def rotate(self, names: list[str]) -> None:
        """Each takes the next one's name, the last the first one's."""
        paths = [self.bench.folder / name for name in names]
        for path in paths:
            path.rename(path.with_suffix(".tmp"))
        contents = [self.disk[name] for name in names]
        for path, target, name, content in zip(
            paths, paths[1:] + paths[:1], names[1:] + names[:1], contents, strict=True
        ):
            path.with_suffix(".tmp").rename(target)
            self.disk[name] = content

    def change(self) -> None:
        kind = self.dice.choice(("rotate", "rotate", "shift", "move", "copy", "overwrite", "resave", "delete", "back"))
        free, names = [name for name in NAMES if name not in self.disk], self.there()
        if kind == "rotate":
            self.rotate(self.there(2))
        elif kind == "shift" and free and names:
            for name, target in zip(names, free[:1] + names, strict=False):
                self.move(name, target)
        elif kind == "move" and names:
            self.move(names[0], self.dice.choice(NAMES))
        elif kind == "copy" and names:
            target = self.dice.choice(NAMES)
            if target != names[0]:
                shutil.copy2(self.bench.folder / names[0], self.bench.folder / target)
                self.disk[target] = self.disk[names[0]]
        elif kind == "resave" and names:
            self.write(names[0], self.disk[names[0]]._replace(variant=1 - self.disk[names[0]].variant))
        elif kind == "delete" and names:
            (self.bench.folder / names[0]).unlink()
            del self.disk[names[0]]
        elif kind in ("overwrite", "back"):
            self.write(self.dice.choice(names or NAMES if kind == "overwrite" else NAMES), self.any_content())

    def move(self, name: str, target: str) -> None:
        if name != target:
            (self.bench.folder / name).rename(self.bench.folder / target)
            self.disk[target] = self.disk.pop(name)

    def run(self, *folders: str) -> None:
        paths = [self.bench.folder / folder for folder in folders or ("",)]
        self.bench.index(*paths, finder=FakeFinder(), batch_size=self.dice.choice((1, 2, 64)))

    def run_cut_off(self) -> None:
        """Dies before or after one of its transactions."""
        left, late, store = self.dice.randint(0, 4), self.dice.random() < 0.5, pipeline._store

        def dying(*arguments: Any) -> None:
            nonlocal left
            left -= 1
            if left < 0 and not late:
                raise Killed
            store(*arguments)
            if left < 0:
                raise Killed

        with pytest.MonkeyPatch.context() as patch, contextlib.suppress(Killed):
            patch.setattr(pipeline, "_store", dying)
            folders = self.dice.choice(((), (), ("a",), ("b",)))
            self.partial |= bool(folders)
            self.run(*folders)

    def say(self) -> None:
        """Something of a face that is there."""
        faces = [hit.face for hit in self.bench.library.find(None, limit=None).hits]
        face = self.dice.choice(faces)
        if self.dice.random() < 0.6:
            self.bench.library.correct([face], {self.dice.choice(WORDS): self.dice.random() < 0.5})
        else:
            with Editor(self.bench.library.store) as editor, editor.transaction() as connection:
                person = self.person(connection)
                rejected = self.dice.random() < 0.4
                change = (person, None, True) if rejected else (None, person, False)
                membership.move(connection, "said", [membership.Change(face, *change)])

    def person(self, connection: Connection) -> int:
        """Whom to speak of; forgotten with the last face of that name, and then another."""
        name = self.dice.choice(("Ann", "Bob"))
        known = connection.execute(select(schema.person.c.id).where(schema.person.c.name == name)).scalar()
        return known or int(connection.execute(insert(schema.person).values(name=name)).inserted_primary_key[0])

    def erase(self) -> None:
        """A face, from every copy of its photograph."""
        hit = self.dice.choice(self.bench.library.find(None, limit=None).hits)
        content, place = self.disk[os.path.relpath(hit.photo, self.bench.folder)], hit.box[0] // WIDTH
        self.bench.library.erase([hit.face])
        self.erased.add((hashlib.sha256(content.data).hexdigest(), place))
        self.taken.add((content.seed, place))
        self.ever[content] = [(topic, word) for topic, word in self.ever[content] if topic[0] != place]

    def state(self) -> dict[str, dict[int, Words]]:
        """By path what stands of each face there, by its place."""
        photo, face = schema.photo.c, schema.face.c
        engine = reader(self.bench.library.folder)
        with engine.begin() as connection:
            everywhere = select(photo.sha256, face.left).join(schema.face)
            assert not self.erased & {(sha256, left // WIDTH) for sha256, left in connection.execute(everywhere)}
            query = select(photo.path, face.id, face.left).join(schema.face).where(photo.missing == 0)
            state: dict[str, dict[int, Words]] = defaultdict(dict)
            for path, number, left in connection.execute(query):
                state[os.path.relpath(path, self.bench.folder)][left // WIDTH] = said_of(
                    connection, number, left // WIDTH
                )
        engine.dispose()
        return state

    def note(self) -> None:
        """What stands now is what ought to stand."""
        state = self.state()
        self.partial = False
        self.before = {
            name: (self.disk[name], {topic: word for words in faces.values() for topic, word in words.items()})
            for name, faces in state.items()
        }

    def check(self, *, whole: bool) -> None:
        """After a run over everything; `whole` if none was cut off since the last."""
        state = self.state()
        assert set(state) <= set(self.disk)
        had: defaultdict[Content, set[Topic]] = defaultdict(set)
        for content, words in self.before.values():
            self.ever[content] += words.items()
            had[content] |= set(words)
        now: defaultdict[Content, set[Topic]] = defaultdict(set)
        for name, faces in state.items():
            content = self.disk[name]
            for words in faces.values():
                now[content] |= set(words)
                for topic, word in words.items():
                    pixels = [self.ever[variant] for variant in variants_of(content)]
                    assert any((topic, word) in said for said in pixels), ("not said of it", name, content, topic)
                    if whole and name in self.before and self.before[name][0] == content:
                        assert word == self.before[name][1].get(topic, word), "the word of the one that was there"
        on_disk = {self.disk[name] for name in state}
        for content in on_disk:
            said = set().union(*(now[variant] for variant in variants_of(content)))
            ought = had[content] - (said if self.partial else now[content])
            assert not ought, ("lost", content, ought)
            ought = {topic for topic, _ in self.ever[content] if (content.seed, topic[0]) not in self.taken}
            taken_over = self.ever[content._replace(variant=1 - content.variant)]  # and may be gone with that one
            assert taken_over or ought <= said, ("lost", content)
        self.note()


def said_of(connection: Connection, face: int, place: int) -> Words:
    said, member, rejected = schema.correction.c, schema.membership.c, schema.rejection.c
    corrections = connection.execute(select(said.attribute, said.value).where(said.face == face))
    words: Words = {(place, name): value for name, value in corrections}
    is_one = connection.execute(select(member.person).where(member.face == face, member.sure == 1)).scalar()
    is_not = frozenset(connection.execute(select(rejected.person).where(rejected.face == face)).scalars())
    return words | ({(place, "who"): (is_one, is_not)} if is_one or is_not else {})


@pytest.mark.lengthy
@pytest.mark.parametrize(("trees", "rounds"), sizes((10, 6), (80, 10)))
def test_what_was_said_of_a_face_is_where_its_bytes_are(tmp_path: Path, trees: int, rounds: int) -> None:
    for seed in range(trees):
        root = tmp_path / str(seed)
        root.mkdir()
        bench = Bench(root)
        tree = Tree(bench, seed)
        tree.run()
        for _ in range(rounds):
            for _ in range(tree.dice.randint(0, 4)):
                tree.say()
            for _ in range(tree.dice.random() < 0.2):
                tree.erase()
            tree.note()
            cut_off = tree.dice.random() < 0.5
            for _ in range(tree.dice.randint(1, 3) if cut_off else 0):
                tree.change()
                tree.run_cut_off()
            for _ in range(0 if cut_off else tree.dice.randint(1, 4)):
                tree.change()
            tree.run()
            tree.check(whole=not cut_off)
        assert bench.library.verify() == []
        bench.library.close()
        shutil.rmtree(root)
