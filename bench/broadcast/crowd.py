"""Who the campaign is for, what it says, and what the provider must have got of it."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bench.send.broadcast import ACCOUNT, CHANNEL, FIRST_TALKER, NAMES, chats, talkers
from loyalty import programme
from loyalty.programme import Outreach, Programme
from outreach.campaigns.settings import Settings, Variant
from outreach.templates.content import Content, Press, Text
from store import campaigns, schema, segments
from store.campaigns import PLANNED
from store.database import Database
from store.segments import Segment
from store.tables import contacts, identities

CAMPAIGN = "bench-broadcast"
AT_ONCE = 10_000
WHO = {"fact": "language", "op": "is", "value": "en"}  # and not the talkers
LABEL = "Show me"
SAYS = (
    "Hello {{ call_me }}, your points are worth a <b>free coffee</b> this week. Show this message at the till in "
    "any of our branches until Sunday.\n<i>There are new flavours, too: cardamom, caramel and orange.</i>"
)
CONTENT = Content(texts={"en": Text(SAYS, "reviewed")}, buttons=(Press({"en": LABEL}, "flow", "rewards"),))
BUTTONS = (
    (LABEL, f"!.campaign~{CAMPAIGN}.0"),
    ("Why do I get this?", f"!.campaign~{CAMPAIGN}.why"),
    ("Stop news and offers", "!.stop"),
)


def request(chat: int) -> dict[str, Any]:
    """A message's sendMessage, as a program that knows nothing but Telegram would write it."""
    return {
        "chat_id": str(chat),
        "text": SAYS.replace("{{ call_me }}", NAMES[chat % len(NAMES)]),
        "parse_mode": "HTML",
        "reply_markup": {"inline_keyboard": [[{"text": label, "callback_data": data}] for label, data in BUTTONS]},
        "link_preview_options": {"is_disabled": True},
    }


def make(path: Path, people: int, talking: int) -> None:
    """A store where so many agreed to offers and are in the segment of a campaign that may start; and talkers."""
    database = Database(f"sqlite:///{path}")
    try:
        with database.engine.execution_options(sapa_writes=True).begin() as connection:
            schema.upgrade(connection)
            now = dt.datetime.now(dt.UTC)
            never_quiet = Outreach(quiet_from=dt.time(0), quiet_until=dt.time(0))
            programme.keep(connection, Programme(outreach=never_quiet), text="", by="bench", at=now)
            for start in range(0, people, AT_ONCE):
                _meet(connection, chats(people)[start : start + AT_ONCE], "en", now)
            _meet(connection, talkers(talking), "ms", now)
            _plan(connection, now)
    finally:
        database.close()


def _meet(connection: Connection, some: Sequence[int], language: str, now: dt.datetime) -> None:
    known = {"language": language, "marketing": "granted", "created_at": now}
    people = [{"public_id": secrets.token_urlsafe(12), "name": NAMES[chat % len(NAMES)], **known} for chat in some]
    made = connection.execute(contacts.insert().returning(contacts.c.id, sort_by_parameter_order=True), people)
    place = {"channel": CHANNEL, "account": ACCOUNT, "created_at": now}
    chats_of = zip(made.scalars(), some, strict=True)
    connection.execute(
        identities.insert(), [{"contact_id": id_, "sender": str(chat), **place} for id_, chat in chats_of]
    )


def _plan(connection: Connection, now: dt.datetime) -> None:
    """The campaign as somebody has submitted it."""
    segment = segments.add(connection, name="everybody", condition=WHO, by="bench", now=now)
    assert isinstance(segment, Segment)
    settings = Settings(variants=(Variant("template"),))
    made = campaigns.add(
        connection,
        name="bench",
        kind="offer",
        segment_id=segment.id,
        settings=msgspec.to_builtins(settings),
        by="bench",
        now=now,
    )
    campaigns.change(
        connection,
        made.id,
        now,
        public_id=CAMPAIGN,
        state=PLANNED,
        condition=segment.condition,
        contents=msgspec.to_builtins({"A": CONTENT}),
        starts_at=now,
        ends_at=now + dt.timedelta(hours=settings.ends_hours),
    )


def ended(connection: Connection) -> bool:
    """Whether nothing is left of the campaign."""
    found = campaigns.find(connection, CAMPAIGN)
    assert found is not None
    return found.ended_at is not None


def talking(store: Path) -> list[tuple[int, int]]:
    """The contacts of the talkers, and their chats."""
    known = sa.text("SELECT contact_id, CAST(sender AS INTEGER) AS chat FROM identities ORDER BY id")
    return [(row.contact_id, row.chat) for row in _rows(store, known) if row.chat >= FIRST_TALKER]


def sent(store: Path) -> int:
    """How many recipients there are. Raises AssertionError unless every one's row says that they were sent it."""
    counted = sa.text("SELECT state, reason, count(*) AS number FROM campaign_recipients GROUP BY state, reason")
    found = {(row.state, row.reason): row.number for row in _rows(store, counted)}
    assert list(found) == [("sent", "")], found
    return int(found["sent", ""])


def _rows(store: Path, query: sa.TextClause) -> Sequence[sa.Row[Any]]:
    engine = sa.create_engine(f"sqlite:///{store}")
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    engine.dispose()
    return rows
