"""Consents: what a contact agreed to, and the end of it."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import outbox
from store.prepared import Prepared
from store.tables import consents, contacts

MARKETING = "marketing"
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
