"""Where contacts came from: what a poster's link says, and how many joined by each."""

from __future__ import annotations

import datetime as dt
import re

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from locales import LANGUAGES
from store.prepared import Prepared
from store.tables import branches, contacts, identities

# Telegram allows 64 of these characters after /start, and a branch's code has at most 32.
_POSTER = re.compile(rf"p_([A-Za-z0-9_-]{{1,32}})_({'|'.join(LANGUAGES)})")
_BRANCH = Prepared(
    sa.select(branches.c.id).where(branches.c.code == sa.bindparam("code"), branches.c.active == sa.true())
)
_JOINED = Prepared(
    contacts.update()
    .where(contacts.c.id == sa.bindparam("contact_id"), contacts.c.joined_from == "")
    .values(joined_from=sa.bindparam("source"))
)


class Poster(msgspec.Struct, frozen=True):
    """A poster: the branch where it hangs, by its code, and the language it is in."""

    branch: str
    language: str


class Count(msgspec.Struct, frozen=True):
    """How many contacts joined by a poster on a channel; `branch` and `language` are empty for all other ways."""

    branch: str
    language: str
    channel: str
    joined: int


def source_of(poster: Poster) -> str | None:
    """What the poster's links carry; None when the branch's code has characters that a link cannot carry."""
    source = f"p_{poster.branch}_{poster.language}"
    return source if _POSTER.fullmatch(source) else None


def poster_of(source: str) -> Poster | None:
    """The poster that a link's source names; None for anything else, whoever made it up."""
    found = _POSTER.fullmatch(source)
    return Poster(found[1], found[2]) if found else None


def hangs(connection: Connection, source: str) -> Poster | None:
    """The poster that a source names, if it is one of a branch of ours."""
    poster = poster_of(source)
    return poster if poster and _BRANCH.row(connection, code=poster.branch) else None


def note(connection: Connection, contact_id: int, source: str) -> None:
    """Note where a new contact came from; what was noted before stays."""
    _JOINED.run(connection, contact_id=contact_id, source=source)


def counted(connection: Connection, since: dt.datetime | None = None) -> list[Count]:
    """Contacts who joined in a chat (since a moment) by source and the channel they came by, most first.

    A contact counts once, on the channel of their first identity.
    """
    first = (
        sa.select(sa.func.min(identities.c.id))
        .where(identities.c.contact_id == contacts.c.id)
        .correlate(contacts)
        .scalar_subquery()
    )
    wanted = sa.true() if since is None else contacts.c.created_at >= since
    number = sa.func.count()
    rows = connection.execute(
        sa.select(contacts.c.joined_from, identities.c.channel, number)
        .join(identities, identities.c.id == first)
        .where(wanted)
        .group_by(contacts.c.joined_from, identities.c.channel)
        .order_by(number.desc(), contacts.c.joined_from, identities.c.channel)
    )
    return [_count(source, channel, joined) for source, channel, joined in rows]


def _count(source: str, channel: str, joined: int) -> Count:
    poster = poster_of(source) or Poster("", "")
    return Count(poster.branch, poster.language, channel, joined)
