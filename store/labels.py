"""Labels that the team puts on conversations."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import insert
from store.tables import conversation_labels, labels

NAME_LENGTH = 40


class Label(msgspec.Struct, frozen=True):
    """A label; `colour` is like #0f766e."""

    id: int
    name: str
    colour: str


_LABEL = sa.select(labels.c.id, labels.c.name, labels.c.colour)
_BY_NAME = (sa.func.lower(labels.c.name), labels.c.id)


def every(connection: Connection) -> list[Label]:
    """All labels by name."""
    return [Label(*row) for row in connection.execute(_LABEL.order_by(*_BY_NAME))]


def find(connection: Connection, label_id: int) -> Label | None:
    """The label with this id."""
    row = connection.execute(_LABEL.where(labels.c.id == label_id)).one_or_none()
    return Label(*row) if row else None


def make(connection: Connection, name: str, colour: str) -> Label | None:
    """A new label; None when there is one of this name already."""
    taken = sa.select(sa.exists().where(sa.func.lower(labels.c.name) == name.lower()))
    if connection.scalar(taken):
        return None
    new = insert(labels).values(name=name, colour=colour).on_conflict_do_nothing(index_elements=["name"])
    label_id = connection.scalar(new.returning(labels.c.id))
    return None if label_id is None else Label(label_id, name, colour)


def change(connection: Connection, label_id: int, name: str, colour: str) -> bool:
    """Give a label another name and colour; False when another label has the name."""
    others = sa.select(sa.exists().where(sa.func.lower(labels.c.name) == name.lower(), labels.c.id != label_id))
    if connection.scalar(others):
        return False
    connection.execute(labels.update().where(labels.c.id == label_id).values(name=name, colour=colour))
    return True


def drop(connection: Connection, label_id: int) -> None:
    """Take a label away, from the conversations that have it as well."""
    connection.execute(conversation_labels.delete().where(conversation_labels.c.label_id == label_id))
    connection.execute(labels.delete().where(labels.c.id == label_id))


def of(connection: Connection, conversation_id: int) -> list[Label]:
    """A conversation's labels by name."""
    put = _LABEL.join(conversation_labels, conversation_labels.c.label_id == labels.c.id)
    rows = connection.execute(
        put.where(conversation_labels.c.conversation_id == conversation_id).order_by(*_BY_NAME)
    )
    return [Label(*row) for row in rows]


def put(connection: Connection, conversation_id: int, label_id: int) -> bool:
    """Put a label on a conversation; False when it has it already."""
    new = insert(conversation_labels).values(conversation_id=conversation_id, label_id=label_id)
    kept = new.on_conflict_do_nothing().returning(conversation_labels.c.label_id)
    return connection.execute(kept).first() is not None


def take_off(connection: Connection, conversation_id: int, label_id: int) -> bool:
    """Take a label off a conversation; False when it did not have it."""
    this = (conversation_labels.c.conversation_id == conversation_id, conversation_labels.c.label_id == label_id)
    return connection.execute(conversation_labels.delete().where(*this)).rowcount > 0
