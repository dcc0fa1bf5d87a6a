"""Everything that happened with a customer, in pages that leave nothing out and cost one customer's rows."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.engine import Connection

from loyalty import adjusting
from store import audit, staff, timeline
from store.database import Database
from store.tables import claims, contacts, occurrences, tier_changes, voucher_uses, vouchers
from store.timeline import Event, Place
from tests.conftest import NOON
from tests.console.staff import clientele
from tests.store.campaign_rows import add_campaign, add_recipient
from tests.store.plans import plans_of

EVERY = {kind for kinds in timeline.KINDS.values() for kind in kinds}
LATER = dt.timedelta(hours=1)


def live(connection: Connection) -> int:
    """One customer with an event of every kind; their id."""
    made = staff.add(connection, "mei@shop.test", "Mei", "support", "en", NOON)
    assert made is not None
    customer = clientele.add_customer(connection, "mei")
    clientele.give_points(connection, customer, 300, 200)
    clientele.live_a_life(connection, customer, made.id, made.public_id)
    clientele.give_voucher(connection, customer)
    voucher = connection.scalar(vouchers.select().with_only_columns(vouchers.c.id))
    connection.execute(voucher_uses.insert().values(key="use", voucher_id=voucher, at=NOON))
    adjusting.adjust(connection, customer, 5, "a cup", staff_id=made.id, limit=9, public_id="adjust", now=NOON)
    claim = {"public_id": "CLAIM", "receipt": "r", "written": "R", "state": "refused", "reason": "too old"}
    moments = {"promised_at": NOON, "created_at": NOON - LATER, "decided_at": NOON}
    connection.execute(claims.insert().values(contact_id=customer, **claim, **moments))
    birthday = {"occasion": "birthday", "occurrence": "2026", "state": "done", "at": NOON}
    connection.execute(occurrences.insert().values(contact_id=customer, **birthday))
    account = timeline.whose(connection, customer).account_id
    connection.execute(tier_changes.insert().values(account_id=account, tier="gold", reason="reached", at=NOON))
    clientele.refund(connection, customer, NOON)
    clientele.skip_news(connection, customer, NOON)
    add_recipient(connection, add_campaign(connection), customer, state="skipped", reason="quiet hours")
    after = {"city": "Ipoh"}
    audit.note(connection, audit.COMMAND_LINE, "customer.changed", "customer:mei", None, after, "", NOON)
    return customer


def in_pages(connection: Connection, customer: int, kinds: set[str], size: int) -> list[Event]:
    meant, found, before = timeline.whose(connection, customer), list[Event](), None
    while True:
        some, before = timeline.page(connection, meant, kinds, before, size)
        found += some
        if before is None:
            return found
        assert len(some) == size


async def test_every_kind_is_told_once_whatever_the_size_of_the_pages(database: Database) -> None:
    def look(connection: Connection) -> None:
        customer = live(connection)
        whole = in_pages(connection, customer, EVERY, 500)
        assert {event.kind for event in whole} == EVERY
        assert whole == sorted(whole, key=lambda event: (event.at, event.kind, event.id), reverse=True)
        for size in (1, 3, 7):
            assert in_pages(connection, customer, EVERY, size) == whole
        alone = in_pages(connection, customer, {"points", "note"}, 2)
        assert alone == [event for event in whole if event.kind in ("points", "note")]

    await database.transact(look)


async def test_what_is_told_of_one_is_not_of_another_but_of_whoever_took_them_over(database: Database) -> None:
    def look(connection: Connection) -> tuple[int, int]:
        customer = live(connection)
        other = clientele.add_customer(connection, "other", name="Other", number="O-1")
        before = in_pages(connection, other, EVERY, 100)
        connection.execute(contacts.update().where(contacts.c.id == customer).values(merged_into=other))
        joined = in_pages(connection, other, EVERY - {"points", "tier"}, 100)
        return len(before), len({event.kind for event in joined})

    assert await database.transact(look) == (0, len(EVERY) - 2)


async def test_a_page_goes_by_the_indexes_of_whose_the_rows_are(sqlite_url: str) -> None:
    def scanned(connection: Connection) -> list[str]:
        customer = live(connection)
        meant, place = timeline.whose(connection, customer), Place(NOON, "note", 1)
        plans = plans_of(connection, lambda: timeline.page(connection, meant, EVERY, place, 30))
        return [step for _, plan in plans for step in plan if step.startswith("SCAN")]

    database = Database(sqlite_url)
    assert await database.transact(scanned) == []
    database.close()
