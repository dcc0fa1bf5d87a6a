"""Tiers are kept beside the ledger: reached by purchases, reviewed in chunks, judged anew by a new programme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from loyalty import ledger, programme, purchases
from loyalty.ladder import Climb
from loyalty.ledger import Earning
from loyalty.programme import Earn, Programme, Tier, Tiers
from loyalty.purchases import Purchase
from loyalty.tiers import Other, ladder_of
from store.database import Database
from store.tables import accounts, tier_changes
from tests.loyalty.members import ledger_in_memory, make_contacts, moment

BASE, SILVER = Tier("base", "Member", 0), Tier("silver", "Silver", 100, {"zh": "银卡"}, Decimal("1.5"))
GOLD = Tier("gold", "Gold", 300, multiplier=Decimal(2))
RULES = Programme(earn=Earn(every=1), tiers=Tiers(levels=(BASE, SILVER, GOLD)))


@pytest.fixture
def connection() -> Iterator[Connection]:
    with ledger_in_memory() as connection:
        keep(connection, RULES)
        yield connection


def keep(connection: Connection, rules: Programme) -> None:
    programme.keep(connection, rules, text="", by="test", at=moment(0))


def member(connection: Connection) -> int:
    return make_contacts(connection, 1)[0]


def buy(connection: Connection, contact: int, *bought: tuple[int, int], rules: Programme = RULES) -> list[int]:
    """The points of purchases, each of a day and an amount."""
    keys = [f"{contact}:{day}:{amount}" for day, amount in bought]
    made = [
        Purchase(key, contact, moment(day), 1, amount, rules.currency)
        for key, (day, amount) in zip(keys, bought, strict=True)
    ]
    purchases.record(connection, made, rules)
    return [purchases.points_of(connection, key) for key in keys]


def tier(connection: Connection, contact: int, day: int = 0) -> tuple[str, dt.date | None, str, int]:
    account = ledger.account_of(connection, contact, moment(day))
    return account.tier, account.tier_until, account.next_tier, account.missing


def changes(connection: Connection) -> list[tuple[str, str]]:
    rows = connection.execute(sa.select(tier_changes.c.tier, tier_changes.c.reason).order_by(tier_changes.c.id))
    return [(row.tier, row.reason) for row in rows]


def test_a_member_is_told_their_tier_until_when_and_what_the_next_one_takes(connection: Connection) -> None:
    contact = member(connection)
    assert tier(connection, contact) == ("Member", None, "Silver", 100)
    buy(connection, contact, (0, 120))
    assert tier(connection, contact) == ("Silver", dt.date(2027, 11, 21), "Gold", 180)
    assert ledger.account_of(connection, contact, moment(0), "zh").tier == "银卡"
    assert tier(connection, contact, 366) == ("Silver", dt.date(2027, 11, 21), "Gold", 300)
    buy(connection, contact, (1, 180))
    assert tier(connection, contact)[0::2] == ("Gold", "")


def test_a_purchase_earns_with_the_tier_its_member_had_before_it(connection: Connection) -> None:
    assert buy(connection, member(connection), (0, 100), (1, 100), (2, 100), (3, 10)) == [100, 150, 150, 20]


def test_a_purchase_that_becomes_known_late_earns_with_the_tier_of_its_moment(connection: Connection) -> None:
    contact = member(connection)
    buy(connection, contact, (5, 100), (10, 200))
    assert buy(connection, contact, (4, 10), (7, 10), (11, 10)) == [10, 15, 20]


def test_a_purchase_before_a_fall_that_becomes_known_after_it_earns_with_the_tier_of_its_moment(
    connection: Connection,
) -> None:
    contact = member(connection)
    buy(connection, contact, (0, 300))
    assert ledger.review_tiers(connection, moment(400)) == 1
    assert tier(connection, contact, 400)[0] == "Silver"
    assert buy(connection, contact, (364, 10)) == [20]


def test_gifts_and_pending_points_do_not_count_and_matured_ones_do(connection: Connection) -> None:
    contact = member(connection)
    ledger.gift(connection, contact, 500, key="g", at=moment(0))
    slow = Programme(earn=Earn(every=1, pending_days=3), tiers=RULES.tiers)
    buy(connection, contact, (0, 100), rules=slow)
    assert tier(connection, contact)[0] == "Member"
    assert ledger.account_of(connection, contact, moment(0)).next_maturity == moment(3).date()
    assert ledger.mature(connection, moment(2)) == 0
    assert ledger.mature(connection, moment(4)) == 1
    assert tier(connection, contact, 4)[:2] == ("Silver", dt.date(2027, 11, 25))


def test_purchases_of_the_past_need_not_wait_again(connection: Connection) -> None:
    contact = member(connection)
    slow = Programme(earn=Earn(every=1, pending_days=3), tiers=RULES.tiers)
    made = [Purchase(f"p{day}", contact, moment(day), 1, 100, "MYR") for day in (0, 9)]
    assert purchases.record(connection, made, slow, moment(10)).points == 250
    account = ledger.account_of(connection, contact, moment(10))
    assert (account.balance, account.pending, account.tier) == (100, 150, "Silver")


def test_the_review_lowers_whose_time_is_over_in_bounded_chunks(connection: Connection) -> None:
    contacts = make_contacts(connection, 3)
    for contact in contacts:
        buy(connection, contact, (0, 300))
    while ledger.review_tiers(connection, moment(1), 2):
        pass
    assert {tier(connection, contact)[0] for contact in contacts} == {"Gold"}
    counts = [ledger.review_tiers(connection, moment(370), 2) for _ in range(3)]
    assert counts == [2, 1, 0]
    assert {tier(connection, contact)[0] for contact in contacts} == {"Silver"}
    assert changes(connection) == [("gold", "reached")] * 3 + [("silver", "fell")] * 3


def test_a_new_programme_raises_everybody_it_raises_once_and_foresees_them(connection: Connection) -> None:
    contacts = make_contacts(connection, 3)
    for contact, amount in zip(contacts, (40, 60, 120), strict=True):
        buy(connection, contact, (0, amount))
    easier = Programme(tiers=Tiers(levels=(BASE, Tier("silver", "Silver", 50), GOLD)))
    [account] = connection.scalars(sa.select(accounts.c.id).where(accounts.c.contact_id == contacts[1]))
    found, last = ledger.tiers_under(connection, easier, moment(1), limit=2)
    assert found == [Other(account, "base", "silver")]
    assert last is not None
    assert ledger.tiers_under(connection, easier, moment(1), after=last, limit=2) == ([], None)
    keep(connection, easier)
    while ledger.review_tiers(connection, moment(1), 2):
        pass
    assert [tier(connection, contact)[0] for contact in contacts] == ["Member", "Silver", "Silver"]
    assert changes(connection) == [("silver", "reached"), ("silver", "programme")]
    assert ledger.review_tiers(connection, moment(1)) == 0


def test_who_has_a_tier_that_is_no_more_gets_the_one_their_points_reach(connection: Connection) -> None:
    contact = member(connection)
    buy(connection, contact, (0, 300))
    keep(connection, Programme(tiers=Tiers(levels=(BASE, Tier("jade", "Jade", 200)))))
    assert tier(connection, contact, 1)[0] == "Member"
    ledger.review_tiers(connection, moment(1))
    assert tier(connection, contact, 1)[:2] == ("Jade", dt.date(2027, 11, 22))


def test_a_refund_takes_the_tier_that_only_its_purchase_reached(connection: Connection) -> None:
    contact = member(connection)
    buy(connection, contact, (0, 100), (10, 200))
    assert tier(connection, contact)[0] == "Gold"
    purchases.refund(connection, f"{contact}:10:200", None, key="r", at=moment(11))
    assert tier(connection, contact, 11)[:2] == ("Silver", dt.date(2027, 11, 21))
    purchases.refund(connection, f"{contact}:0:100", None, key="s", at=moment(12))
    assert tier(connection, contact, 12) == ("Member", None, "Silver", 100)
    assert changes(connection) == [("silver", "reached"), ("gold", "reached"), ("silver", "refund"), ("", "refund")]


def test_a_refund_leaves_a_tier_that_is_reached_without_it(connection: Connection) -> None:
    contact = member(connection)
    buy(connection, contact, (0, 150), (10, 20), (11, 1))
    purchases.refund(connection, f"{contact}:10:20", None, key="r", at=moment(12))
    assert tier(connection, contact, 12)[0] == "Silver"


def test_a_refund_of_points_that_waited_takes_no_tier_that_was_reached_without_them(connection: Connection) -> None:
    contact = member(connection)
    slow = Programme(earn=Earn(every=1, pending_days=30), tiers=RULES.tiers)
    buy(connection, contact, (0, 50), rules=slow)
    buy(connection, contact, (1, 90))
    for silver in (80, 100):  # an easy silver for a day
        keep(connection, Programme(tiers=Tiers(levels=(BASE, Tier("silver", "Silver", silver), GOLD))))
        while ledger.review_tiers(connection, moment(2)):
            pass
    purchases.refund(connection, f"{contact}:0:50", None, key="r", at=moment(3))
    assert tier(connection, contact, 3)[0] == "Silver"


histories = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 900), st.integers(1, 200)), max_size=14)


@given(histories, st.integers(1, 14))
def test_a_history_imported_in_batches_is_the_ladder_walked_purchase_by_purchase(
    history: list[tuple[int, int, int]], size: int
) -> None:
    ladder = ladder_of(RULES)
    with ledger_in_memory() as connection:
        keep(connection, RULES)
        contacts = make_contacts(connection, 2)
        walks = [Climb(ladder, ladder.floor, None) for _ in contacts]
        made, expected = [], []
        for place, (who, day, amount) in enumerate(sorted(history, key=lambda each: each[1])):
            made.append(Purchase(f"p{place}", contacts[who], moment(day), 1, amount, "MYR"))
            walks[who].pass_to(moment(day))
            points = int(amount * ladder.multiplier_of(walks[who].level))
            walks[who].earn(points, moment(day), moment(day))
            expected.append(points)
        for start in range(0, len(made), size):
            purchases.record(connection, made[start : start + size], RULES)
        assert [purchases.points_of(connection, each.key) for each in made] == expected
        stored = connection.execute(sa.select(accounts.c.contact_id, accounts.c.tier).where(accounts.c.id > 0))
        for contact, code in stored:
            assert code == ladder.code_of(walks[contacts.index(contact)].level)
        assert ledger.audit(connection) == []


async def test_tiers_are_judged_reviewed_and_taken_back_on_both_databases(database: Database) -> None:
    def story(connection: Connection) -> list[object]:
        keep(connection, RULES)
        contact = member(connection)
        points = buy(connection, contact, (0, 100), (10, 200))
        ledger.earn(connection, [Earning("e", contact, 1, moment(11))])
        while ledger.review_tiers(connection, moment(11)):
            pass
        purchases.refund(connection, f"{contact}:10:200", None, key="r", at=moment(12))
        before = tier(connection, contact, 12)
        while ledger.review_tiers(connection, moment(400)):
            pass
        assert ledger.audit(connection) == []
        return [points, before, tier(connection, contact, 400)]

    assert await database.transact(story) == [
        [100, 300],
        ("Silver", dt.date(2027, 12, 2), "Gold", 199),
        ("Member", None, "Silver", 100),
    ]
