"""A customer told something that cannot wait."""

from __future__ import annotations

from handlers import route
from handlers.scene import Notice, Scene
from service import urgent
from service.urgent import Urgent
from store import cases, desk
from store.contacts import BLOCKED, BOT


def urgent_heard(scene: Scene, kind: Urgent) -> bool:
    """Alert the team, and let the bot hand over at once; whether it did.

    The bot stays silent where people have the conversation: they are alerted, the case is open, and redemption is
    stopped after a theft all the same.
    """
    inbound, contact = scene.inbound, scene.contact
    assert inbound is not None
    if contact.owner == BLOCKED:
        return False
    by_bot = contact.owner == BOT and not contact.deceased
    if by_bot:
        scene.conversation.start("urgent", kind=kind, text=inbound.text)
        route.hand_over(scene)
    else:
        key, now = f"urgent:{contact.id}:{contact.seq}", scene.local_now
        urgent.raise_alarm(
            scene.connection, contact.id, kind, inbound.text, key=key, language=scene.language, now=now
        )
        scene.notices.append(Notice("urgent", contact.public_id, {"kind": kind}))
    opened = desk.open_of(scene.connection, contact.id)
    if opened is not None:
        cases.link(scene.connection, contact.id, kind, opened.id)
    return by_bot
