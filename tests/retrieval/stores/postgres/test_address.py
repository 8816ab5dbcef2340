import pytest

from retrieval.errors import FacequeryError
from retrieval.stores.postgres.address import Address

PASSWORD = "geheim-§-%20"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://ada@host/faces", "postgresql://ada@host/faces"),
        ("postgres://ada:secret@host:5433/faces", "postgresql://ada@host:5433/faces"),
        ("postgresql+psycopg://host/faces", "postgresql://host/faces"),
        ("postgresql:///faces?host=/run/postgresql", "postgresql:///faces?host=%2Frun%2Fpostgresql"),
        ("postgresql://host/faces?password=secret&sslmode=require", "postgresql://host/faces?sslmode=require"),
        ("postgresql://host/faces?sslkey=secret&sslpassword=secret", "postgresql://host/faces"),
        ("postgresql://a\x1b[2J@host/faces", "postgresql://a%1B%5B2J@host/faces"),
    ],
)
def test_what_is_shown_is_the_address_without_its_secrets(text: str, shown: str) -> None:
    assert Address.of(text).shown == shown and "secret" not in repr(Address.of(text).shown)


@pytest.mark.parametrize("text", ["postgresql://", "postgresql://host", "postgresql://user:secret@host:port/faces"])
def test_what_is_no_address_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(FacequeryError, match="postgresql://USER@HOST/DATABASE") as refused:
        Address.of(text)
    assert "secret" not in str(refused.value)


def test_two_addresses_of_one_database_have_one_key() -> None:
    one, same, other = (
        Address.of(f"postgresql://{rest}") for rest in ("ada:a@host/faces", "bob@host:5432/faces", "host/others")
    )
    assert one.key == same.key != other.key
