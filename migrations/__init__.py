"""Every version of the library's schema, as Alembic revisions that ship inside the wheel; no alembic.ini at run time.

Revisions are frozen history: they import nothing of the living code. Callers hand in the connection and own its
transaction, so a migration and the record of it are committed together or not at all.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # Alembic is only loaded when a library is created or upgraded
    from alembic.config import Config
    from sqlalchemy import Connection


def upgrade(connection: "Connection", revision: str = "head") -> None:
    """Brings the schema behind `connection` to a revision, the newest; nothing is committed here."""
    sys.modules.setdefault("mako.ext.pygmentplugin", None)  # type: ignore[arg-type] # colours that nobody sees: a third of the time
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def revisions() -> list[str]:
    """Every revision this version knows, the newest first."""
    from alembic.script import ScriptDirectory

    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
