"""What dialogues are told of points and rewards."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from locales.formats import Money
from loyalty import applying, effects, ledger, programme
from loyalty.effects import HISTORY_PAGE
from loyalty.ledger import Earning
from loyalty.programme import Earn, Programme, Tier, Tiers
from talk.engine import Act
from tests.conftest import NOON, SECRET
from tests.loyalty.members import ledger_in_memory, make_contacts


def test_a_dialogue_is_told_points_history_and_rewards_in_the_customers_language() -> None:
    with ledger_in_memory() as connection:
        [contact] = make_contacts(connection, 1)
        ledger.earn(connection, [Earning(f"e{n}", contact, 5, NOON - n * dt.timedelta(days=1)) for n in range(6)])
        rules = Programme(
            tiers=Tiers(levels=(Tier("base", "Member", 0, {"ms": "Ahli"}),)),
            rewards=(
                programme.Reward("cake", "A slice of cake", 60),
                programme.Reward("coffee", "A coffee", 30, {"ms": "Secawan kopi"}),
                programme.Reward("gift", "Not to be chosen", 10, listed=False),
            ),
        )
        applying.apply(connection, rules, text="", by="test", at=NOON, zone=dt.UTC)
        act = Act(
            connection=connection,
            contact_id=contact,
            key="1:0:a#1",
            now=NOON,
            language="ms",
            secret=SECRET,
            address="",
        )

        assert effects.account_of(act) == ledger.Account(30, None, 0, "Ahli")
        assert len(effects.history_page(act, 1).lines) == HISTORY_PAGE
        assert len(effects.history_page(act, 2).lines) == 1
        told = [(each.code, each.name, each.points, each.missing) for each in effects.rewards_page(act, 1).rewards]
        assert told == [("coffee", "Secawan kopi", 30, 0), ("cake", "A slice of cake", 60, 30)]


def test_history_is_dated_by_the_customers_clock() -> None:
    with ledger_in_memory() as connection:
        [contact] = make_contacts(connection, 1)
        breakfast = dt.datetime(2026, 11, 20, 7, 30, tzinfo=ZoneInfo("Asia/Kuala_Lumpur"))
        ledger.earn(connection, [Earning("e", contact, 5, breakfast.astimezone(dt.UTC))])
        now = NOON.astimezone(ZoneInfo("Asia/Kuala_Lumpur"))
        act = Act(
            connection=connection,
            contact_id=contact,
            key="1:0:a#1",
            now=now,
            language="en",
            secret=SECRET,
            address="",
        )
        [line] = effects.history_page(act, 1).lines
        assert line.at.date() == dt.date(2026, 11, 20)


def test_a_programme_says_what_a_whole_unit_of_its_currency_earns() -> None:
    with ledger_in_memory() as connection:
        [contact] = make_contacts(connection, 1)
        act = Act(
            connection=connection,
            contact_id=contact,
            key="1:0:a#1",
            now=NOON,
            language="en",
            secret=SECRET,
            address="",
        )
        for currency, minor in (("MYR", 100), ("VND", 1), ("KWD", 1000)):
            rules = Programme(currency=currency, earn=Earn(points=3))
            programme.keep(connection, rules, text="", by="test", at=NOON)
            assert effects.earning_rate(act) == effects.Rate(3, Money(minor, currency))


def test_the_newest_rules_hold() -> None:
    with ledger_in_memory() as connection:
        assert programme.read(connection) == programme.DEFAULT
        for points in (1, 2):
            programme.keep(connection, Programme(earn=Earn(points=points)), text="", by="test", at=NOON)
        assert programme.read(connection) == Programme(earn=Earn(points=2))
