"""Consents: what a contact agreed to, and the end of it."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import campaign_reactions, outbox
from store.prepared import Prepared
from store.tables import consents, contacts

MARKETING, PROFILING = "marketing", "profiling"
OPTED_OUT = "opted out"

_FIELDS = ("contact_id", "purpose", "channel", "granted", "wording", "locale", "evidence", "at")
_APPEND = Prepared(
    consents.insert().values({name: sa.bindparam(name, type_=consents.c[name].type) for name in _FIELDS})
)
_STAND = Prepared(
    contacts.update()
    .where(contacts.c.id == sa.bindparam("contact_id"))
    .values(marketing=sa.bindparam("standing", type_=sa.String()))
)
_WORDS = (
    sa.select(*(consents.c[name] for name in ("purpose", "granted", "channel", "wording", "locale", "at")))
    .where(consents.c.contact_id == sa.bindparam("contact_id"))
    .order_by(consents.c.id.desc())
)
_HISTORY = Prepared(_WORDS.limit(sa.bindparam("most", type_=sa.Integer())))
_NEWEST = Prepared(_WORDS.where(consents.c.purpose == sa.bindparam("purpose", type_=sa.String())).limit(1))


class Word(NamedTuple):
    """A consent that was given or taken back: in which version of the wording, where and when."""

    purpose: str
    granted: bool
    channel: str
    wording: str
    locale: str
    at: dt.datetime


def history(connection: Connection, contact_id: int, most: int) -> list[Word]:
    """What the contact said of every purpose, the newest first."""
    return [Word(*row) for row in _HISTORY.rows(connection, contact_id=contact_id, most=most)]


def granted(connection: Connection, contact_id: int, purpose: str) -> bool:
    """Whether the contact agreed to this and did not take it back."""
    row = _NEWEST.row(connection, contact_id=contact_id, purpose=purpose)
    return row is not None and Word(*row).granted


def record(
    connection: Connection,
    contact_id: int,
    *,
    purpose: str,
    channel: str,
    granted: bool,
    wording: str,
    locale: str,
    evidence: str,
    at: dt.datetime,
) -> None:
    """Note that a contact gave or withdrew a consent, in the wording they saw.

    Withdrawing the consent to marketing also skips every marketing message that is not on its way to the provider
    yet: once this commits, none of them leaves. (A request already on the wire cannot be called back.)
    """
    _APPEND.run(
        connection,
        contact_id=contact_id,
        purpose=purpose,
        channel=channel,
        granted=granted,
        wording=wording,
        locale=locale,
        evidence=evidence,
        at=at,
    )
    if purpose != MARKETING:
        return
    # The contact first, then its messages: the sender takes its locks in the same order.
    _STAND.run(connection, contact_id=contact_id, standing="granted" if granted else "withdrawn")
    if not granted:
        outbox.skip_marketing(connection, contact_id, OPTED_OUT)
        campaign_reactions.stopped(connection, contact_id, at)
