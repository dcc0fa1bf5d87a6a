"""Customers with a past, for the tests of their pages."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loyalty import ledger, vouchers
from service import cases
from store import anniversaries, consents, people_words, verdicts
from store.tables import (
    contacts,
    conversations,
    inbox,
    notes,
    outbox,
    owner_changes,
    promises,
    purchases,
    queues,
    refunds,
    rewards,
)
from store.verdicts import Kept
from tests.conftest import NOON, SECRET
from tests.service.saying import tell
from tests.store.rows import add_contact

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def add_customer(connection: Connection, public_id: str, **known: Any) -> int:
    """A customer with a chat, found by their words; their id."""
    values = {"name": "Tan Mei Ling", "number": f"C-{public_id}", "phone": "+60123456789", **known}
    contact_id = add_contact(connection, public_id, NOON - 30 * DAY, public_id=public_id, **values)
    people_words.fold_one(connection, contact_id)
    return contact_id


def give_points(connection: Connection, contact_id: int, *points: int) -> None:
    """Points that were earned, a day after one another, the last one yesterday."""
    for place, each in enumerate(points):
        at = NOON - (len(points) - place) * DAY
        earning = ledger.Earning(f"earn:{contact_id}:{place}", contact_id, each, at, expires_at=at + 365 * DAY)
        ledger.earn(connection, [earning])


def give_voucher(connection: Connection, contact_id: int, points: int = 80) -> str:
    """A voucher that was paid for with points; its public id."""
    code = f"cup{secrets.token_hex(3)}"
    connection.execute(
        rewards.insert().values(code=code, name="A cup of coffee", names={"ar": "فنجان قهوة"}, points=points)
    )
    key = f"hold:{code}"
    ledger.hold(connection, contact_id, points, key=key, at=NOON, until=NOON + HOUR)
    ledger.post(connection, key, NOON)
    issued = vouchers.issue(connection, SECRET, contact_id, code, key=f"voucher:{code}", now=NOON, hold_key=key)
    return issued.public_id


def live_a_life(connection: Connection, contact_id: int, staff_id: int, staff: str) -> None:
    """Something of every kind happens with the customer."""
    said = {"channel": "telegram", "account": "shop"}
    for seq, (text, minutes) in enumerate((("Hello, where is my order?", 0), ("It was two coffees", 3)), 1):
        at = NOON - 2 * DAY + dt.timedelta(minutes=minutes)
        row = {
            "external_id": f"m{contact_id}{seq}",
            "state": "done",
            "kind": "text",
            "text": text,
            "seq": seq,
            "at": at,
        }
        connection.execute(inbox.insert().values(contact_id=contact_id, **said, **row))
    sent = {"public_id": secrets.token_urlsafe(12), "sender": "1", "lane": 0, "state": "sent", "author": staff}
    at = NOON - 2 * DAY + dt.timedelta(minutes=5)
    payload = {"text": "It is on its way."}
    moments = {"due_at": at, "created_at": at, "sent_at": at}
    connection.execute(
        outbox.insert().values(contact_id=contact_id, seq=3, payload=payload, **said, **sent, **moments)
    )
    bought = {"key": f"p{contact_id}", "quantity": 2, "amount": 2350, "currency": "MYR", "receipt": "R-77"}
    connection.execute(purchases.insert().values(contact_id=contact_id, at=NOON - 3 * DAY, **bought))
    _serve(connection, contact_id, staff_id, staff)
    said = {"purpose": "marketing", "channel": "telegram", "wording": "news-2", "locale": "en"}
    consents.record(connection, contact_id, granted=True, evidence="chat news", at=NOON - 20 * DAY, **said)
    anniversaries.give(connection, contact_id, anniversaries.BIRTHDAY, 3, 9, None, NOON - 20 * DAY)
    kept = Kept("greeting", "birthday:2026", "never", "quiet hours", None, NOON - 5 * DAY)
    verdicts.keep(connection, contact_id, kept)
    case = tell(connection, contact_id, "The parcel came late", NOON - 2 * DAY, touchpoint="delivery")
    cases.close(connection, case, "We are sorry", by=f"staff:{staff}", staff_id=staff_id, now=NOON - DAY)
    tell(connection, contact_id, "And it was cold", NOON - DAY, kind="review", stars=2)
    tell(connection, contact_id, "So kind!", NOON - DAY, kind="praise", praised="Siti", praised_id=staff_id)


def _serve(connection: Connection, contact_id: int, staff_id: int, staff: str) -> None:
    queue_id = connection.scalar(sa.select(queues.c.id).order_by(queues.c.id))
    opened, closed = NOON - 2 * DAY, NOON - 2 * DAY + HOUR
    talk = connection.execute(
        conversations.insert().values(
            public_id=secrets.token_urlsafe(12), contact_id=contact_id, queue_id=queue_id, state="closed",
            staff_id=staff_id, language="en", why="asked", opened_at=opened, moved_at=closed, closed_at=closed,
            closed_by=staff_id, close_reason="solved", rating=5, rating_text="So kind!", rated_at=closed + HOUR,
        )
    ).inserted_primary_key  # fmt: skip
    assert talk is not None
    both = {"contact_id": contact_id, "conversation_id": talk[0]}
    change = {"before": "queue", "after": staff, "by": f"staff:{staff}", "why": "taken", "seq": 2, "at": opened}
    connection.execute(owner_changes.insert().values(**both, **change))
    note = {"public_id": secrets.token_urlsafe(12), "text": "Lost parcel, see order R-77", "seq": 2, "at": opened}
    connection.execute(notes.insert().values(**both, staff_id=staff_id, **note))
    promise = {"text": "We call tomorrow by 10", "due_at": closed, "state": "kept", "settled_at": closed}
    made = {"public_id": secrets.token_urlsafe(12), "staff_id": staff_id, "made_by": staff_id, "created_at": opened}
    connection.execute(promises.insert().values(**both, **promise, **made))


def refund(connection: Connection, contact_id: int, at: dt.datetime) -> None:
    """A part of what they bought is paid back."""
    bought = connection.scalar(sa.select(purchases.c.id).where(purchases.c.contact_id == contact_id))
    connection.execute(refunds.insert().values(key="refund", purchase_id=bought, amount=350, points=3, at=at))


def skip_news(connection: Connection, contact_id: int, at: dt.datetime) -> None:
    """News that were never sent."""
    row = {
        "public_id": secrets.token_urlsafe(12),
        "channel": "telegram",
        "account": "shop",
        "sender": "1",
        "lane": 2,
    }
    skipped = {
        "state": "skipped",
        "reason": "opted out",
        "kind": "news",
        "payload": {},
        "due_at": at,
        "created_at": at,
    }
    connection.execute(outbox.insert().values(contact_id=contact_id, **row, **skipped))


def of(connection: Connection, public_id: str) -> Any:
    """The customer's own row."""
    return connection.execute(sa.select(contacts).where(contacts.c.public_id == public_id)).one()
