"""What the bot was doing, as the conversation's row keeps it for whoever takes over."""

from __future__ import annotations

from handlers.scene import Scene
from service.ownership import Parked
from talk.conversation import Session


def parked(scene: Scene) -> Parked | None:
    """The dialogue that asked for a person, if it had asked something; else the one whose question stands."""
    conversation = scene.conversation
    handed = conversation.handed_by
    if handed is not None and (handed.record.journal or handed.record.parked):
        return _of(handed)
    return _of(conversation.asking) if conversation.asking is not None else None


def _of(session: Session) -> Parked:
    record = session.record
    return Parked(session.id, record.flow, record.parked.step if record.parked else "")
