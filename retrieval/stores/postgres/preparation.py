"""A library of today's schema in a database, or an error that says why there is none."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect

import migrations
from retrieval.errors import FacequeryError, LibraryDamaged, LibraryMissing, LibraryTooNew, LibraryUnfinished, shown
from retrieval.stores.postgres.address import Address
from retrieval.stores.postgres.connections import engine_of, one_after_another
from retrieval.stores.postgres.regrants import Granted
from retrieval.tables import arrivals, schema

if TYPE_CHECKING:
    from retrieval.stores.store import Store

PATIENCE = 30.0  # seconds to wait for whoever writes or upgrades at this moment


def prepare(store: "Store", address: Address, *, create: bool) -> None:
    """See `Store.prepare`."""
    if _revision_of(address) == schema.REVISION:
        return
    engine = one_after_another(engine_of(address, isolation="READ COMMITTED"))
    with store.held(patience=PATIENCE, alone=True):
        try:
            with engine.begin() as connection:
                revision = checked(connection, address)
                if revision is None and not create:
                    raise LibraryMissing(
                        f"There is no library in {address.shown}. Make one with `facequery index FOLDER --library …`, "
                        "or name another."
                    )
                if revision is None:
                    _check_encoding(connection, address)
                if revision != schema.REVISION:
                    granted = Granted.of(connection)
                    migrations.upgrade(connection)
                    granted.extend(connection)
        finally:
            engine.dispose()


def _check_encoding(connection: Connection, address: Address) -> None:
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if encoding != "UTF8":
        raise FacequeryError(
            f"The database {address.shown} keeps text as {shown(str(encoding))}, and names of people and cameras need "
            "UTF8: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0."
        )


def _revision_of(address: Address) -> str | None:
    engine = engine_of(address, isolation="READ COMMITTED", settings={"default_transaction_read_only": "on"})
    try:
        with engine.begin() as connection:
            return checked(connection, address)
    finally:
        engine.dispose()


def checked(connection: Connection, address: Address) -> str | None:
    """The revision; None where nothing of ours is there. LibraryTooNew; LibraryUnfinished; LibraryDamaged for tables
    that are not ours.
    """
    tables = inspect(connection).get_table_names()
    if arrivals.NAME in tables:
        raise LibraryUnfinished(
            f"A copy of another library is unfinished in {address.shown}: the same `facequery copy` again goes on with "
            "it. Or make the database anew (dropdb, createdb), and begin with that."
        )
    if "alembic_version" not in tables:
        if strange := sorted(set(tables) & schema.metadata.tables.keys()):
            raise LibraryDamaged(
                f"{address.shown} has a table {strange[0]}, and is no facequery library: make a database of its own."
            )
        return None
    if "library" not in tables:
        raise LibraryDamaged(f"{address.shown} is a database, but not a facequery library; name another.")
    revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if revision is None:
        raise LibraryDamaged(f"{address.shown} does not say its version; restore it from a backup.")
    if revision != schema.REVISION and revision not in migrations.revisions():
        raise LibraryTooNew(
            f"The library {address.shown} was made by a newer facequery (schema {shown(str(revision))}; this one knows "
            f"{schema.REVISION}). It was not touched. Install the newer version, or name another with --library."
        )
    return str(revision)
