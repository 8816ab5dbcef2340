"""Where a PostgreSQL database is: an address as libpq takes it, and what of it may be shown."""

from dataclasses import dataclass
from difflib import get_close_matches

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from retrieval.errors import FacequeryError, either, shown

SECRET = ("password", "sslpassword", "passfile", "sslkey")  # of the parameters behind a question mark
FORM = "postgresql://USER@HOST/DATABASE"


@dataclass(frozen=True, slots=True)
class Address:
    """`url` for SQLAlchemy, with whatever password was in it."""

    url: URL

    @classmethod
    def of(cls, text: str) -> "Address":
        """FacequeryError for text that is no address, and never a word of the text: a password may be in it."""
        try:
            url = make_url(text)
        except (ArgumentError, ValueError):
            raise FacequeryError(f"This is no address of a library: write {FORM}.") from None
        if not url.database and "dbname" not in url.query:
            raise FacequeryError(f"The address names no database: write {FORM}.")
        return cls(url.set(drivername="postgresql+psycopg"))

    def check(self) -> None:
        """FacequeryError for an option behind the question mark that libpq does not know; it is not repeated, since a
        password that was written in the wrong place looks like one.
        """
        from psycopg.pq import Conninfo

        known = [option.keyword.decode() for option in Conninfo.get_defaults()]
        for strange in set(self.url.query) - set(known):
            meant = get_close_matches(strange, known, 2)
            raise FacequeryError(
                "The address has an option behind its question mark that there is not"
                + (f". Did you mean {either(meant)}?" if meant else ": one is sslmode=require.")
            )

    @property
    def text(self) -> str:
        """For psycopg itself, with whatever password was in it: to be shown to nobody."""
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)

    @property
    def shown(self) -> str:
        """For people."""
        public = {name: value for name, value in self.url.query.items() if name not in SECRET}
        plain = self.url.set(drivername="postgresql", query=public)
        plain = URL.create(**{**plain._asdict(), "password": None})
        return shown(plain.render_as_string(hide_password=True))

    @property
    def secrets(self) -> list[str]:
        """What nobody may be told."""
        given = [self.url.password, *[self.url.query.get(name) for name in SECRET]]
        return [str(word) for word in given if word]

    @property
    def key(self) -> str:
        """What tells it from other databases, whoever asks."""
        return f"{self.url.host or self.url.query.get('host', '')}:{self.url.port or 5432}/{self.url.database}"
