"""Time is counted while the team is there: over nights, weekends, holidays and clocks that shift."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loyalty import hours as opening
from loyalty import programme
from loyalty.programme import Hours, Interval, Programme
from service import hours, rules
from service.hours import Times
from service.rules import Desk
from store.database import Database
from store.queues import Queue
from tests.conftest import NOON

KL, LONDON = ZoneInfo("Asia/Kuala_Lumpur"), ZoneInfo("Europe/London")
ZONES = [KL, LONDON, *map(ZoneInfo, ("America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca"))]
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
MORNING, AFTERNOON = (dt.time(9), dt.time(12)), (dt.time(13), dt.time(18))
OFFICE = Hours(week=((MORNING, AFTERNOON),) * 5 + ((),) * 2, days={"2026-11-23": ()})


def at(text: str, zone: ZoneInfo = KL) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("moment", "minutes", "due"),
    [
        ("2026-11-20 11:30", 30, "2026-11-20 12:00"),  # a Friday
        ("2026-11-20 11:30", 31, "2026-11-20 13:01"),
        ("2026-11-20 17:30", 60, "2026-11-24 09:30"),  # over the weekend and a holiday
        ("2026-11-21 12:00", 30, "2026-11-24 09:30"),
        ("2026-11-20 09:00", 8 * 60, "2026-11-20 18:00"),
    ],
)
def test_targets_pass_over_pauses_weekends_and_holidays(moment: str, minutes: int, due: str) -> None:
    team = Times(OFFICE, KL)
    assert team.after(at(moment), minutes * MINUTE) == at(due)
    assert team.minutes(at(moment), at(due)) == minutes


def test_who_never_comes_is_counted_as_an_office() -> None:
    closed = Times(Hours(week=((),) * 7), KL)
    assert closed.after(at("2026-11-20 17:30"), 60 * MINUTE) == at("2026-11-23 09:30")
    assert closed.between(at("2026-11-20 17:30"), at("2026-12-23 09:30")) == dt.timedelta()


times = st.integers(0, 95).map(lambda quarter: dt.time(quarter // 4, quarter % 4 * 15))
days = st.lists(st.tuples(times, times), max_size=2).map(tuple)
# Every zone but the first shifts its clock within these days, or the fasting month moves it.
SHIFTS = [
    dt.date(2026, 10, 25),
    dt.date(2027, 3, 28),
    dt.date(2026, 11, 1),
    dt.date(2026, 10, 4),
    dt.date(2027, 2, 7),
]


@st.composite
def some_hours(draw: st.DrawFn, begin: dt.date) -> Hours:
    different = draw(st.dictionaries(st.integers(-1, 3), days, max_size=2))
    weeks: list[tuple[Interval, ...]] = [draw(days) for _weekday in range(7)]
    return Hours(
        week=tuple(weeks), days={(begin + each * DAY).isoformat(): found for each, found in different.items()}
    )


@given(st.data(), st.sampled_from(SHIFTS), st.sampled_from(ZONES))
@settings(max_examples=60)
def test_it_counts_as_somebody_would_who_looks_at_the_clock_every_minute(
    data: st.DataObject, shift: dt.date, zone: ZoneInfo
) -> None:
    hours = data.draw(some_hours(shift - DAY))
    begin = dt.datetime.combine(shift - DAY, dt.time(), dt.UTC) + data.draw(st.integers(0, 2880)) * MINUTE
    end = begin + data.draw(st.integers(0, 2000)) * MINUTE
    team, looked = Times(hours, zone), begin
    counted = 0
    while looked < end:
        counted += opening.is_open(hours, looked, zone)
        looked += MINUTE
    assert team.minutes(begin, end) == counted
    assume(counted)
    due = team.after(begin, counted * MINUTE)
    assert due <= end
    assert team.minutes(begin, due) == counted
    assert opening.is_open(hours, due - MINUTE, zone)


async def test_a_queue_has_its_own_hours_or_the_teams_or_the_businesss(database: Database) -> None:
    shop = Hours(week=((MORNING,),) * 7, days={"2026-12-25": ()})
    desk = Hours(week=((AFTERNOON,),) * 7, days={"2026-12-26": ()})
    own = Hours(week=(((dt.time(20), dt.time(22)),),) * 7, days={"2026-12-25": (MORNING,)})
    queue = Queue(topic="general", names={})

    def found(queue: Queue, day: str) -> list[tuple[Interval, ...]]:
        times = hours.of_queue(connection, queue, KL)
        return [opening.on(times.hours, dt.date.fromisoformat(each)) for each in ("2026-11-23", day)]

    with database.engine.begin() as connection:
        assert hours.of_queue(connection, queue, KL).hours == hours.ALWAYS
        programme.keep(connection, Programme(hours=shop), text="", by="test", at=NOON)
        assert found(queue, "2026-12-25") == [(MORNING,), ()]
        rules.save(connection, Desk(hours=desk), NOON)
        assert found(queue, "2026-12-25") == [(AFTERNOON,), ()]
        assert found(queue, "2026-12-26") == [(AFTERNOON,), ()]
        other = msgspec.structs.replace(queue, hours=msgspec.to_builtins(own))
        assert found(other, "2026-12-25") == [own.week[0], (MORNING,)]
