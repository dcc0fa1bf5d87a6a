"""Finding or making the contact behind an event, with the event's place in the conversation."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.engine import Connection

from handlers.scene import House
from locales import LANGUAGES
from store import contacts, joins
from store.contacts import Contact
from talk.messages import Inbound
from talk.reading.language import guess_language


def meet(connection: Connection, house: House, inbound: Inbound, now: dt.datetime) -> Contact:
    """The contact, locked until the transaction ends, `seq` set to the place that the event takes."""
    identity = (inbound.channel, inbound.account, inbound.sender)
    contact = contacts.lock(connection, *identity)
    source = inbound.text if inbound.kind == "start" else inbound.source
    new = contact is None or not contact.seq  # a visitor's picture is kept, and makes the contact, before its turn
    poster = joins.hangs(connection, source) if new and source else None
    if contact is None:
        language = _first_language(inbound, poster.language if poster else house.language)
        contact = contacts.make(connection, *identity, name=inbound.name, language=language, at=now)
    contact.seq += 1
    if poster:
        joins.note(connection, contact.id, source)
    if not contact.reachable and inbound.kind != "blocked":
        contacts.set_reachable(connection, contact.identity_id, True)
        contact.reachable = True
    return contact


def _first_language(inbound: Inbound, default: str) -> str:
    """The language to meet somebody new in: what they write, else their app's, else the one to fall back on."""
    hint = inbound.language_hint if inbound.language_hint in LANGUAGES else default
    return (guess_language(inbound.text, hint) if inbound.kind == "text" else None) or hint
