"""How a PostgreSQL database is opened, and what its failures are called. It knows no table."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound
from sqlalchemy.pool import QueuePool

from retrieval.errors import FacequeryError, LibraryBusy, LibraryDamaged, LibraryFull, shown
from retrieval.stores.postgres.address import Address

HELD, WRITING = 0x666163655F31, 0x666163655F32  # numbers of advisory locks: any that nobody else takes
PATIENCE = 5_000  # milliseconds that a transaction waits for another's
CONNECTING = 10  # seconds until a server must have answered
CAUSE = 200  # characters of what a server says that are repeated
VALUE = re.compile(r"invalid (\S+ value|value for)")  # how libpq begins to tell of an option in the address
Isolation = Literal["REPEATABLE READ", "READ COMMITTED", "AUTOCOMMIT"]


def engine_of(address: Address, isolation: Isolation, settings: Mapping[str, str] | None = None) -> Engine:
    """Connections to the database, with `settings` of the server's; FacequeryError where psycopg is not installed, or
    the address has an option that there is not.
    """
    said = {"lock_timeout": str(PATIENCE), "timezone": "UTC", **(settings or {})}
    options = " ".join(f"-c {name}={value}" for name, value in said.items())
    try:
        engine = create_engine(
            address.url,
            isolation_level=isolation,
            connect_args={"options": options, "connect_timeout": CONNECTING, "application_name": "facequery"},
            poolclass=QueuePool,
            max_overflow=-1,
            pool_pre_ping=True,
        )
    except ModuleNotFoundError as error:
        raise FacequeryError(
            "A library on a server needs psycopg, which is not installed: pip install 'facequery[postgres]'."
        ) from error
    address.check()

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        from retrieval.stores.postgres.halfvec import register

        register(connection)

    return engine


def one_after_another(engine: Engine, *, alone: bool = True) -> Engine:
    """The same, whose transactions come one after another; none begins while somebody else is to be alone, unless that
    is who they are of. It holds also where the server was restarted, and with it the lock for a whole run is gone.
    """

    @event.listens_for(engine, "begin")
    def wait(connection: Connection) -> None:
        if not alone:
            connection.execute(select(func.pg_advisory_xact_lock_shared(HELD)))
        connection.execute(select(func.pg_advisory_xact_lock(WRITING)))

    return engine


@contextmanager
def named_errors(address: Address) -> Iterator[None]:
    """Turns what the server says inside the block into errors of ours, that name the address without its password."""
    try:
        yield
    except DBAPIError as error:
        raise _named(address, error.orig or error) from None
    except _of_the_driver() as error:  # where it is asked without SQLAlchemy
        raise _named(address, error) from None
    except (NoResultFound, MultipleResultsFound) as error:
        raise LibraryDamaged(
            f"The library {address.shown} has not the one row that every library has: `facequery verify` says which. "
            "Restore it from a backup."
        ) from error


def _of_the_driver() -> tuple[type[Exception], ...]:
    """None where it is not installed."""
    try:
        from psycopg import Error
    except ModuleNotFoundError:
        return ()
    return (Error,)


def _named(address: Address, error: BaseException) -> FacequeryError:
    state: str = getattr(error, "sqlstate", None) or ""
    where, cause = address.shown, _brief(address, error)
    if state in ("55P03", "40P01"):
        return LibraryBusy(where)
    if state in ("53100", "53200", "58030"):
        return LibraryFull(
            f"The server of {where} has no room, or its disk fails ({cause}). What was committed before is safe; make "
            "room and run the command again."
        )
    if state in ("42501", "25006"):
        return _not_allowed(where, cause)
    if state in ("42P01", "42703", "42883", "22P02", "XX001", "XX002"):
        return LibraryDamaged(
            f"{where} is damaged or not a library ({cause}). Restore it from a backup, or name another --library."
        )
    if "vector" in cause and state in ("0A000", "58P01", "22023"):
        return FacequeryError(
            f"The server of {where} has no pgvector, which keeps what faces look like. Install it there (the package "
            "is called postgresql-18-pgvector or the like), then run the command again."
        )
    if state == "22003":
        return FacequeryError("The library has no number of more than 64 bits, and was asked for one.")
    if state == "54000":
        return FacequeryError(
            f"{where} keeps no path of more than 2,700 bytes, and a photograph has one ({cause}). Move it, or leave it "
            "out with --exclude."
        )
    if not state and VALUE.match(cause.partition(": ")[2] or cause):
        return FacequeryError(f"An option in the address of {where} cannot have that value ({cause}). Write another.")
    if state.startswith(("08", "28", "3D", "57P", "53")) or (not state and _is_away(error)):
        return FacequeryError(
            f"{where} cannot be reached ({cause}). Check the address, that the server runs and lets you in; what was "
            "committed before is safe."
        )
    return FacequeryError(
        f"{where} does not do what was asked of it ({cause}). `facequery verify` says whether it is sound."
    )


def _not_allowed(where: str, cause: str) -> FacequeryError:
    """For a role that has not the right: who can give it."""
    if "create extension" in cause:
        return FacequeryError(
            f"The database of {where} has no pgvector yet, and your role may not add it ({cause}). Let who administers "
            "the server say CREATE EXTENSION vector in that database, then run the command again."
        )
    if "must be owner" in cause:
        return FacequeryError(
            f"Only who made the tables of {where} may do this ({cause}). If an older facequery made them, any command "
            "of that role's brings them up to date."
        )
    return FacequeryError(
        f"Your role may not do this to {where} ({cause}). The library's owner can allow it: `facequery grant`."
    )


def _is_away(error: BaseException) -> bool:
    """Whether the server could not even say what is wrong. By name: psycopg is loaded where it is needed."""
    return type(error).__name__ in ("OperationalError", "InterfaceError", "ConnectionTimeout")


def _brief(address: Address, error: BaseException) -> str:
    said = " ".join(str(error).split())
    for secret in address.secrets:
        said = said.replace(secret, "…")
    return shown(said)[:CAUSE]
