"""An event failed too often: it is set aside, the customer gets an apology, and nobody stays stuck."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.engine import Connection

from handlers import meeting
from handlers.scene import House, Scene
from locales import _
from store import inbox
from store.contacts import BLOCKED, BOT
from talk.messages import Inbound

APOLOGY = _("Sorry, something went wrong on our side and I couldn't handle your message. Our team has been told.")


def park(connection: Connection, house: House, inbound: Inbound, error: str, now: dt.datetime) -> Scene | None:
    """Set the event aside and open a scene that apologises; None when it was set aside already."""
    contact = meeting.meet(connection, house, inbound, now)
    if not inbox.park(connection, inbound, contact.id, contact.seq, error[:500]):
        return None
    scene = Scene(connection, house, contact, now)
    if contact.owner == BOT:
        # The question that led here may fail on the next answer too.
        scene.conversation.leave("failed")
    if contact.owner != BLOCKED:  # said to those whom people serve, too: they must know that nobody has read it
        scene.say(APOLOGY)
    return scene
