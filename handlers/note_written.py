"""A member of staff wrote a note that the customer never sees."""

from __future__ import annotations

import msgspec

from handlers.deed import noted
from handlers.scene import Scene
from store import desk, notes
from store.notes import Note
from store.staff_sessions import Staff


class Noted(msgspec.Struct, frozen=True, tag=True):
    """It stands in the conversation."""

    note: Note


def note_written(
    scene: Scene, staff: Staff, text: str, mentioned: tuple[int, ...], address: str, public_id: str = ""
) -> Noted:
    """Put it at the next place of the conversation, whoever has that; `mentioned` are the ids of colleagues.

    A note whose `public_id` is there already was sent twice, and stands once.
    """
    connection, contact = scene.connection, scene.contact
    written = notes.find(connection, public_id) if public_id else None
    if written is not None:
        return Noted(written)
    found = desk.open_of(connection, contact.id)
    conversation_id = found.id if found else None
    place = scene.take_place()
    public_id = public_id or notes.new_id()
    note = notes.add(
        connection, public_id, contact.id, conversation_id, staff.id, place, text, mentioned, scene.now
    )
    if conversation_id is not None:
        desk.change(connection, conversation_id, scene.now)
    noted(scene, staff, "noted", None, {"note": note.public_id}, address)
    return Noted(note)
