"""Alembic's environment: it is always handed a connection, by `store.schema`."""

from typing import Any, Literal

from alembic import context

from store.tables import Json, Utc, metadata


def _rendered(kind: str, item: Any, _context: object) -> str | Literal[False]:
    if kind == "type" and isinstance(item, (Utc, Json)):
        return "Utc()" if isinstance(item, Utc) else "Json()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=_rendered,
)
with context.begin_transaction():
    context.run_migrations()
