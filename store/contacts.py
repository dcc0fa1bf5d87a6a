"""Contacts and the identities by which channels know them."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from typing import NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import outbox
from store.many import among
from store.prepared import Prepared, insert
from store.tables import contacts, identities, inbox, preferences

BOT, QUEUE, SNOOZED, BLOCKED = "bot", "queue", "snoozed", "blocked"  # who owns a conversation, where no person does


class Contact(msgspec.Struct):
    """A contact as a turn sees it, together with the identity through which it spoke."""

    id: int
    public_id: str
    kind: str
    name: str
    call_me: str
    language: str
    language_chosen: bool
    drift: str
    timezone: str
    digits: str
    phone: str | None
    owner: str
    owner_until: dt.datetime | None
    marketing: str
    welcomed_at: dt.datetime | None
    seen_at: dt.datetime | None
    seq: int
    flood: float
    deceased: bool
    people_only: bool
    identity_id: int
    reachable: bool


class Chat(NamedTuple):
    """Where a contact is written to, and whether they can be reached there."""

    channel: str
    account: str
    sender: str
    reachable: bool


_PEOPLE_ONLY = sa.exists().where(
    preferences.c.contact_id == contacts.c.id, preferences.c.people_only.is_(sa.true())
)
_COLUMNS = (
    *(contacts.c[name] for name in Contact.__struct_fields__[:-3]),
    _PEOPLE_ONLY.label("people_only"),
    identities.c.id.label("identity_id"),
    identities.c.reachable,
    contacts.c.erased_at,
    contacts.c.merged_into,
)
_LOCKED = (
    sa.select(*_COLUMNS)
    .select_from(identities.join(contacts, contacts.c.id == identities.c.contact_id))
    # Not against the key: rows that name a contact come in meanwhile, from tills that hold the account already.
    .with_for_update(of=contacts, key_share=True)
)
_LOCK = Prepared(
    _LOCKED.where(
        identities.c.channel == sa.bindparam("channel"),
        identities.c.account == sa.bindparam("account"),
        identities.c.sender == sa.bindparam("sender"),
    )
)
_LOCK_IDENTITY = Prepared(_LOCKED.where(identities.c.id == sa.bindparam("identity_id")))
_FOLLOW = Prepared(
    identities.update()
    .where(identities.c.id == sa.bindparam("identity_id"))
    .values(contact_id=sa.bindparam("new_contact_id", type_=identities.c.contact_id.type))
)
_LOCK_ID = Prepared(
    sa.select(contacts.c.merged_into)
    .where(contacts.c.id == sa.bindparam("contact_id"))
    .with_for_update(key_share=True)
)
_LAST_WORDS = (
    sa.select(inbox.c.seq)
    .where(
        inbox.c.contact_id == identities.c.contact_id,
        inbox.c.channel == identities.c.channel,
        inbox.c.account == identities.c.account,
        inbox.c.seq.is_not(None),
    )
    .order_by(inbox.c.seq.desc())
    .limit(1)
    .scalar_subquery()
)
_CHATS = Prepared(
    sa.select(identities.c.id)
    .where(identities.c.contact_id == sa.bindparam("contact_id"))
    .order_by(identities.c.reachable.desc(), sa.func.coalesce(_LAST_WORDS, -1).desc(), identities.c.id.desc())
)
_CHAT_COLUMNS = [identities.c[name] for name in Chat._fields]
_REACHED = Prepared(sa.select(identities.c.contact_id, *_CHAT_COLUMNS).where(among(identities.c.contact_id, "ids")))
_CHAT = Prepared(sa.select(*_CHAT_COLUMNS).where(identities.c.id == sa.bindparam("identity_id")))
_TIMEZONES = Prepared(sa.select(contacts.c.id, contacts.c.timezone).where(among(contacts.c.id, "ids")))
EFFECTS_MAY_CHANGE = (
    "kind",
    "name",
    "call_me",
    "language",
    "language_chosen",
    "timezone",
    "digits",
    "phone",
    "owner",
    "owner_until",
    "marketing",
    "people_only",
)
_TURN = ("seq", "seen_at", "flood", "language", "language_chosen", "drift", "welcomed_at")
_NEW = {name: f"new_{name}" for name in _TURN}
_SAVE = Prepared(
    contacts.update()
    .where(contacts.c.id == sa.bindparam("contact_id"))
    .values({name: sa.bindparam(new, type_=contacts.c[name].type) for name, new in _NEW.items()})
)
_NEW_CONTACT = Prepared(
    contacts.insert()
    .values({name: sa.bindparam(name) for name in ("public_id", "name", "language", "created_at")})
    .returning(contacts.c.id)
)
_NEW_IDENTITY = Prepared(
    insert(identities)
    .values({name: sa.bindparam(name) for name in ("contact_id", "channel", "account", "sender", "created_at")})
    .on_conflict_do_nothing()
)
_DELETE = Prepared(contacts.delete().where(contacts.c.id == sa.bindparam("contact_id")))
_REACHABLE = Prepared(
    identities.update()
    .where(identities.c.id == sa.bindparam("identity_id"))
    .values(reachable=sa.bindparam("new_reachable", type_=sa.Boolean()))
)
_ADDRESS = Prepared(
    sa.select(identities.c.channel, identities.c.account, identities.c.sender).where(
        identities.c.id == sa.bindparam("identity_id")
    )
)


def lock(connection: Connection, channel: str, account: str, sender: str) -> Contact | None:
    """The contact known by this identity, locked until the transaction ends; None when nobody is."""
    return _locked(connection, _LOCK, channel=channel, account=account, sender=sender)


def lock_identity(connection: Connection, identity_id: int) -> Contact | None:
    """The contact to whom an identity belongs, locked until the transaction ends."""
    return _locked(connection, _LOCK_IDENTITY, identity_id=identity_id)


def _locked(connection: Connection, statement: Prepared, **where: object) -> Contact | None:
    while (row := statement.row(connection, **where)) is not None:
        contact, erased_at, merged_into = Contact(*row[:-2]), row[-2], row[-1]
        if erased_at is not None:
            return None  # forgotten while the lock was waited for: who writes from there now is somebody new
        if merged_into is None:
            return contact
        # While the lock was waited for, somebody's other chat took the contact over: this identity goes along.
        _FOLLOW.run(connection, identity_id=contact.identity_id, new_contact_id=merged_into)
    return None


def lock_chat(connection: Connection, contact_id: int, identity_id: int | None = None) -> Contact | None:
    """A contact who is to be written to, locked until the transaction ends; None when they have no chat.

    It is the one they are merged into, if they are. Of several chats it is the one asked for, or the one last
    written in of those that can be reached.
    """
    while (row := _LOCK_ID.row(connection, contact_id=contact_id)) is not None and row[0] is not None:
        contact_id = row[0]
    chats: list[int] = [identity for (identity,) in _CHATS.rows(connection, contact_id=contact_id)]
    if not chats:
        return None
    if identity_id is None or identity_id not in chats:
        identity_id = chats[0]
    return lock_identity(connection, identity_id)


def chats(connection: Connection, contact_ids: Collection[int]) -> dict[int, Chat]:
    """Where each of these contacts is to be written to, chosen as `lock_chat` does; without a chat: not there."""
    chosen: dict[int, Chat] = {}
    several: set[int] = set()
    for contact_id, *chat in _REACHED.rows(connection, ids=contact_ids):
        if contact_id in chosen:
            several.add(contact_id)
        else:
            chosen[contact_id] = Chat(*chat)
    for contact_id in several:
        first = _CHATS.rows(connection, contact_id=contact_id)[0][0]
        chosen[contact_id] = Chat(*_CHAT.rows(connection, identity_id=first)[0])
    return chosen


def last_id(connection: Connection) -> int:
    """The highest id of any contact; 0 before the first."""
    return connection.scalar(sa.select(sa.func.max(contacts.c.id))) or 0


def timezones(connection: Connection, contact_ids: Collection[int]) -> dict[int, str]:
    """The names of these contacts' time zones, empty where not known."""
    return dict(_TIMEZONES.rows(connection, ids=contact_ids))


def make(
    connection: Connection, channel: str, account: str, sender: str, *, name: str, language: str, at: dt.datetime
) -> Contact:
    """A new contact known by this identity, locked.

    Two first messages at once make one contact: the identity's unique key decides, the loser finds the winner's.
    """
    public_id = secrets.token_urlsafe(12)
    row = _NEW_CONTACT.row(connection, public_id=public_id, name=name[:200], language=language, created_at=at)
    assert row is not None
    key = {"channel": channel, "account": account, "sender": sender}
    if not _NEW_IDENTITY.run(connection, contact_id=row[0], created_at=at, **key):
        _DELETE.run(connection, contact_id=row[0])
    made = lock(connection, channel, account, sender)
    assert made is not None
    return made


def save(connection: Connection, contact: Contact) -> None:
    """Write what a turn itself changes; what effects change they write themselves."""
    _SAVE.run(connection, contact_id=contact.id, **{new: getattr(contact, name) for name, new in _NEW.items()})


def set_reachable(connection: Connection, identity_id: int, reachable: bool) -> None:
    """Note that an identity can (or cannot) be written to."""
    _REACHABLE.run(connection, identity_id=identity_id, new_reachable=reachable)


def note_death(connection: Connection, contact_id: int, *, died: bool) -> None:
    """Note that a contact has died, or has not after all; what waits for them unasked is let go of."""
    change = contacts.update().where(contacts.c.id == contact_id).values(deceased=died)
    connection.execute(change)  # the contact first, then its messages, as the sender locks them
    if died:
        outbox.skip_marketing(connection, contact_id, "deceased")


def address(connection: Connection, identity_id: int) -> tuple[str, str, str]:
    """Channel, account and sender of an identity."""
    row = _ADDRESS.row(connection, identity_id=identity_id)
    assert row is not None
    return row[0], row[1], row[2]
