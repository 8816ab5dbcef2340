import psycopg
import pytest
from psycopg import errors
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError, NoResultFound

from retrieval.errors import FacequeryError, LibraryBusy, LibraryDamaged, LibraryFull
from retrieval.stores.postgres.address import Address
from retrieval.stores.postgres.connections import engine_of, named_errors, one_after_another

ADDRESS = Address.of("postgresql://anna:geheim@host/faces?sslpassword=verborgen")


def named(error: Exception) -> FacequeryError:
    with pytest.raises(FacequeryError) as raised, named_errors(ADDRESS):
        raise error
    return raised.value


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (errors.LockNotAvailable("no lock"), LibraryBusy, "another process"),
        (errors.DiskFull("no space"), LibraryFull, "no room"),
        (errors.InsufficientPrivilege("permission denied for table face"), FacequeryError, "`facequery grant`"),
        (errors.InsufficientPrivilege("must be owner of table face"), FacequeryError, "Only who made the tables"),
        (errors.InsufficientPrivilege('permission denied to create extension "vector"'), FacequeryError, "EXTENSION"),
        (errors.ReadOnlySqlTransaction("read-only"), FacequeryError, "`facequery grant`"),
        (errors.UndefinedTable("no table"), LibraryDamaged, "not a library"),
        (errors.FeatureNotSupported('extension "vector" is not available'), FacequeryError, "has no pgvector"),
        (errors.InvalidPassword("password authentication failed"), FacequeryError, "cannot be reached"),
        (errors.InvalidCatalogName('database "faces" does not exist'), FacequeryError, "cannot be reached"),
        (errors.AdminShutdown("terminating connection"), FacequeryError, "cannot be reached"),
        (psycopg.OperationalError("connection refused"), FacequeryError, "cannot be reached"),
        (psycopg.DataError("text may not contain NUL"), FacequeryError, "`facequery verify`"),
        (NoResultFound("no row"), LibraryDamaged, "the one row"),
    ],
)
def test_each_failure_has_its_sentence_by_sqlalchemy_and_without_it(error: Exception, kind: type, said: str):
    wrapped = error if isinstance(error, NoResultFound) else DBAPIError("SELECT", {}, error)
    for raised in (named(error), named(wrapped)):
        assert type(raised) is kind and said in str(raised) and "host/faces" in str(raised)


def test_no_password_is_repeated_whoever_says_it():
    said = str(named(psycopg.OperationalError('connection to "anna:geheim@host" by verborgen failed')))
    assert "geheim" not in said and "verborgen" not in said and "…" in said


def test_what_is_no_error_of_a_database_is_left_alone():
    with pytest.raises(KeyError), named_errors(ADDRESS):
        raise KeyError("a")


@pytest.fixture
def engine(database: str) -> Engine:
    return engine_of(Address.of(database), "READ COMMITTED", {"work_mem": "5MB"})


def test_settings_are_the_connections_own(engine: Engine):
    with engine.connect() as connection:
        assert connection.execute(select(func.current_setting("work_mem"))).scalar() == "5MB"
        assert connection.execute(select(func.current_setting("timezone"))).scalar() == "UTC"
    engine.dispose()


def test_transactions_come_one_after_another(engine: Engine, database: str):
    one_after_another(engine)
    with engine.begin(), psycopg.connect(database) as other:
        other.execute("SET lock_timeout = 100")
        here = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"  # other tests have theirs
        held = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND {here}"
        assert other.execute(held.encode()).fetchone() == (1,)
    second = engine_of(Address.of(database), "READ COMMITTED", {"lock_timeout": "100"})
    one_after_another(second)
    with (
        engine.begin(),
        pytest.raises(LibraryBusy),
        named_errors(Address.of(database)),
        second.begin(),
    ):
        pass
    engine.dispose()
    second.dispose()
