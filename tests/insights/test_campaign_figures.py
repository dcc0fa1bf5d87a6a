"""The figures of campaigns add up to the last recipient, whatever became of them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from insights import campaigns
from insights.campaigns import Figures, Rates
from outreach.campaigns.settings import Settings, Variant, Winner
from store import campaign_presses
from store.campaign_presses import GIFT, WHY, Recipient
from store.campaigns import Campaign
from store.database import Database
from tests.conftest import NOON
from tests.loyalty.members import ledger_in_memory
from tests.outreach.sent_campaigns import CONTENT, campaign, recipient
from tests.store.rows import add_contact

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
NOW = NOON + 3 * DAY


def split(connection: Connection, weights: tuple[int, ...] = (1, 1), **values: Any) -> Campaign:
    """A campaign with so many variants."""
    variants = tuple(Variant(f"template-{place}", weight) for place, weight in enumerate(weights))
    chosen = Settings(variants=variants, winner=values.pop("race", None))
    contents = dict.fromkeys("ABCDE"[: len(weights)], CONTENT)
    return campaign(connection, NOON, contents=contents, settings=chosen, **values)


def add(connection: Connection, made: Campaign, number: int, **values: Any) -> Recipient:
    contact = add_contact(connection, f"{made.id}-{number}", NOON)
    at = values.pop("at", NOON)
    id_ = recipient(connection, made, contact, at, **values)
    return Recipient(id_, contact, values.get("variant", "A"))


def told(connection: Connection, made: Campaign) -> Figures:
    return campaigns.figures(connection, made, NOW)


histories = st.lists(
    st.fixed_dictionaries(
        {
            "state": st.sampled_from(
                ("waiting", "held", "queued", "sending", "sent", "failed", "unknown", "skipped")
            ),
            "reason": st.sampled_from(("", "opted out", "timeout")),
            "variant": st.sampled_from("AB"),
            "folded": st.booleans(),
            "language": st.sampled_from(("en", "ms", "ar")),
            "at": st.integers(0, 60).map(lambda hours: NOON + hours * HOUR),
            "clicked_at": st.sampled_from((None, NOW)),
            "replied_at": st.sampled_from((None, NOW)),
            "stopped_at": st.sampled_from((None, NOW)),
            "bought_at": st.sampled_from((None, NOW)),
            "paid": st.integers(0, 10_000),
        }
    ),
    max_size=25,
)


@settings(max_examples=30)
@given(people=histories)
def test_whatever_became_of_them_everybody_is_counted_once(people: list[dict[str, Any]]) -> None:
    with ledger_in_memory() as connection:
        made = split(connection)
        for number, values in enumerate(people):
            under_way = values["state"] in ("queued", "sending")
            add(connection, made, number, **values | ({"folded": False} if under_way else {}))
        found = told(connection, made)
        states = Counter(each["state"] for each in people)
        left = [each for each in people if each["state"] in ("sent", "unknown")]
        assert found.recipients == sum(part.count for part in found.parts) == len(people)
        assert {state: found.count(state) for state in states} == states
        assert found.rates.people == found.count("sent", "unknown") == len(left)
        for name in ("clicked", "replied", "stopped", "bought"):
            assert getattr(found.rates, name) == sum(each[f"{name}_at"] is not None for each in left)
        assert found.rates.paid == sum(each["paid"] for each in left)
        assert found.rates.squares == sum(float(each["paid"]) ** 2 for each in left)
        assert together(each.rates for each in found.variants) == found.rates
        assert together(each.rates for each in found.languages) == found.rates
        assert sum(each.sent for each in found.stretches) == len(left)
        assert sum(each.dealt for each in found.variants) + found.count("held") == len(people)
        assert len(found.stretches) <= campaigns.MOST_STRETCHES


def together(rates: Iterable[Rates]) -> Rates:
    columns = zip(*map(msgspec.structs.astuple, rates), strict=True)
    return Rates(*(sum(column) for column in columns))


async def test_both_databases_tell_the_same(database: Database) -> None:
    def make(connection: Connection) -> Figures:
        made = split(connection, race=Winner())
        for number in range(40):
            by = add(
                connection,
                made,
                number,
                variant="AB"[number % 2],
                at=NOON + number * HOUR,
                state=("sent", "sent", "failed", "unknown")[number % 4],
                reason="Forbidden" if number % 4 == 2 else "",
                folded=number % 3 > 0,
                paid=100_000_000 * number,
            )
            if number % 4 < 2:
                campaign_presses.press(connection, made.id, by, number % 3, NOON + (number + 1) * HOUR)
        return told(connection, made)

    found = await database.transact(make)
    assert found.recipients == 40
    paid = [100_000_000 * number for number in range(40) if number % 4 != 2]
    assert found.rates == Rates(30, clicked=20, paid=sum(paid), squares=float(sum(each**2 for each in paid)))
    assert found.step_hours == 6
    hours = [number for number in range(40) if number % 4 != 2]
    assert [each.sent for each in found.stretches] == [
        sum(begin <= hour < begin + 6 for hour in hours) for begin in range(0, 73, 6)
    ]
    assert sum(each.clicked for each in found.stretches) == 20
    assert found.race is not None
    assert {part.reason for part in found.parts if part.state == "failed"} == {"Forbidden"}


def test_buttons_are_told_apart_and_by_variant() -> None:
    with ledger_in_memory() as connection:
        made = split(connection)
        first, second = add(connection, made, 1), add(connection, made, 2, variant="B")
        for by, button in ((first, 0), (first, 0), (first, GIFT), (second, 0), (second, WHY)):
            campaign_presses.press(connection, made.id, by, button, NOON)
        found = told(connection, made)
        assert [(each.variant, each.button, each.people, each.times) for each in found.buttons] == [
            ("A", GIFT, 1, 1),
            ("A", 0, 1, 2),
            ("B", WHY, 1, 1),
            ("B", 0, 1, 1),
        ]
        assert found.rates.clicked == 2
        assert sum(each.clicked for each in found.stretches) == 2


def test_variants_are_compared_on_what_was_sent_side_by_side() -> None:
    with ledger_in_memory() as connection:
        made = split(connection, decided_at=NOON + HOUR, winner="B")
        for number in range(60):
            clicked = NOON if number % 2 and number % 3 else None
            add(connection, made, number, variant="AB"[number % 2], clicked_at=clicked)
        for number in range(60, 90):
            add(connection, made, number, variant="B", at=NOON + 2 * HOUR)
        one, other = told(connection, made).variants
        assert (one.clicked, one.rates.people, one.tried.people) == (None, 30, 30)
        assert (other.rates.people, other.tried.people, other.tried.clicked) == (60, 30, 20)
        assert other.clicked is not None
        assert other.clicked.value == pytest.approx(2 / 3)
        assert other.clicked.verdict == "higher"
        assert told(connection, made).race is None  # it is over


def test_of_a_campaign_that_has_not_started_there_is_nothing_but_what_it_is() -> None:
    with ledger_in_memory() as connection:
        made = split(connection, state="planned", started_at=None)
        found = told(connection, made)
        assert (found.recipients, found.parts, found.variants, found.stretches) == (0, (), (), ())
        assert found.days == 14


@pytest.mark.parametrize(
    ("span", "step", "many"),
    [
        (dt.timedelta(0), HOUR, 1),
        (dt.timedelta(minutes=59), HOUR, 1),
        (13 * HOUR, HOUR, 14),
        (14 * HOUR, 2 * HOUR, 8),
        (3 * DAY, 6 * HOUR, 13),
        (14 * DAY, 2 * DAY, 8),
        (60 * DAY, 7 * DAY, 9),
        (-HOUR, HOUR, 1),
    ],
)
def test_time_is_told_in_at_most_fourteen_stretches(span: dt.timedelta, step: dt.timedelta, many: int) -> None:
    found, begins = campaigns.stretches(NOON, NOON + span)
    assert (found, len(begins), begins[0]) == (step, many, NOON)
