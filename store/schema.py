"""The schema's revisions: bring a database up to date, take it back, ask where it stands."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from talk.errors import SapaError

MIGRATIONS = Path(__file__).parent / "migrations"


class NotMigrated(SapaError):
    """The database is not at this code's revision."""

    def __init__(self, found: str | None) -> None:
        where = f"is at revision {found}" if found else "is empty"
        super().__init__(f"The database {where}, this Sapa needs revision {newest()}: run `sapa migrate`.")


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run the migrations up to `revision`, inside the caller's transaction."""
    command.upgrade(_config(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Take back the migrations after `revision` ("base" for all), inside the caller's transaction."""
    command.downgrade(_config(connection), revision)


def current(connection: Connection) -> str | None:
    """The revision the database is at; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision this code expects."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
