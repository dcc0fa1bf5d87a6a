"""A simulated year: everybody is greeted once and only once, whatever the clocks and the schedulers do."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from outreach.clock import quiet
from outreach.occasions import NOTICES, greeted_at, key_of, noticed_at
from store.anniversaries import BIRTHDAY, MEMBERSHIP, Anniversary
from store.database import Database
from store.tables import entries
from tests.outreach.year import DAY, HOUR, LONG_AGO, STEP, Person, Wired, Year

NINE = dt.time(9)
GRACE, WEEK = 24 * HOUR, 8 * DAY
QUIET = (dt.time(21), dt.time(8))


@pytest.mark.parametrize("month", ["2027-03-01", "2027-10-20"])
async def test_some_weeks_with_their_clock_changes(sqlite_url: str, month: str) -> None:
    begins = dt.datetime.fromisoformat(month).replace(tzinfo=dt.UTC)
    await _live(sqlite_url, people=250, begins=begins, ends=begins + 30 * DAY, outage=begins + 12 * DAY)


@pytest.mark.slow
async def test_ten_thousand_people_and_the_year_2027(sqlite_url: str) -> None:
    begins = dt.datetime(2026, 12, 31, tzinfo=dt.UTC)
    outage = dt.datetime(2027, 3, 12, 6, 0, tzinfo=dt.UTC)  # over the night in which American clocks change
    await _live(sqlite_url, people=10_000, begins=begins, ends=begins + 369 * DAY, outage=outage)


async def _live(url: str, **course: Any) -> None:
    database = Database(url)
    try:
        year = Year(database, **course)
        await year.set_up()
        await year.run()
        assert not year.troubles
        judge = _Judge(year, await year.occurrences(), await year.outbox())
        judge.all()
        gifts = await database.read(lambda connection: connection.scalars(_GIFTS).all())
        assert sorted(gifts) == sorted(judge.gifts())
    finally:
        database.close()


_GIFTS = sa.select(entries.c.key).where(entries.c.kind == "gift")


class _Judge:
    """Compares what came of the year with what should have."""

    def __init__(self, year: Year, found: Any, rows: Any) -> None:
        self.year = year
        self.stands = {(each.contact_id, each.occasion, each.occurrence): each for each in found}
        assert len(self.stands) == len(found)
        self.of = defaultdict(list)
        for each in found:
            self.of[each.contact_id].append(each)
        self.rows = defaultdict(list)
        for row in rows:
            self.rows[row.contact_id].append(row)
        self.wire: dict[int, list[Wired]] = defaultdict(list)
        for wired in year.wire:
            self.wire[wired.contact_id].append(wired)

    def all(self) -> None:
        assert max(Counter(each.row_id for each in self.year.wire).values()) == 1
        on_time = 0
        for person in self.year.people:
            self._nothing_at_night(person)
            self._one_message_each(person)
            for occasion, occurrence, moment, grace in self._expected(person):
                on_time += self._came(person, occasion, occurrence, moment, grace)
        assert on_time > len(self.year.people) * (self.year.ends - self.year.begins).days / 365 / 2

    def gifts(self) -> Iterator[str]:
        """The keys of the gifts that should have been given: to members who were greeted."""
        members = {person.id for person in self.year.people if person.joined is not None}
        for contact, occasion, occurrence in self.stands:
            done = self.stands[contact, occasion, occurrence].state == "done"
            if done and contact in members and occasion not in NOTICES:
                yield key_of(contact, occasion, occurrence)

    def _nothing_at_night(self, person: Person) -> None:
        for wired in self.wire[person.id]:
            assert not quiet(wired.at, person.zone_at(wired.at), QUIET), (person, wired)

    def _one_message_each(self, person: Person) -> None:
        """A row for each occasion that was told, and on the wire, unless a stop came in between."""
        told = Counter("expiry_notice" if each.occasion in NOTICES else "greeting" for each in self._done(person))
        assert told == Counter(row.kind for row in self.rows[person.id]), person
        for row in self.rows[person.id]:
            if row.created_at > self.year.ends - 2 * DAY:
                continue  # it may still wait for the next day
            assert row.state in ("sent", "claimed", "sending") or self._lost(person, row), (person, row)

    def _lost(self, person: Person, row: Any) -> bool:
        """Whether a message rightly went no further: after a stop, or when a clock did not know how late it was."""
        if row.state != "skipped":
            return False
        stopped = person.stops is not None and row.reason == "opted out"
        return stopped or (row.reason.startswith("too late") and self.year.disturbed(row.expires_at - GRACE, GRACE))

    def _done(self, person: Person) -> list[Any]:
        return [each for each in self.of[person.id] if each.state == "done"]

    def _expected(self, person: Person) -> Iterator[tuple[str, str, dt.datetime, dt.timedelta]]:
        for day in self._days(person):
            for number in range(self.year.begins.year, self.year.ends.year + 1):
                moment = self._settled(person, lambda zone: greeted_at(day, number, NINE, zone))  # noqa: B023
                if moment is not None:
                    yield day.occasion, str(number), moment, GRACE
        if person.expiry is not None and not person.moves:
            day_there = person.expiry.astimezone(person.zone_at(person.expiry)).date()
            for notice, terms in NOTICES.items():
                moment = noticed_at(notice, day_there, NINE, person.zone_at(person.expiry))
                if self._within(moment):
                    yield notice, day_there.isoformat(), moment, terms.grace

    def _days(self, person: Person) -> Iterator[Anniversary]:
        yield Anniversary(BIRTHDAY, person.born, None, LONG_AGO)
        if person.joined is not None:
            yield Anniversary(MEMBERSHIP, 0, person.joined.year, person.joined)

    def _settled(self, person: Person, moment_in: Callable[[ZoneInfo], dt.datetime | None]) -> dt.datetime | None:
        """The moment where they live then; none when they move about that time, or outside of the year."""
        for zone in {person.zone_at(since) for since in (self.year.begins, self.year.ends)}:
            moment = moment_in(zone)
            if moment is None or not self._within(moment):
                continue
            at_rest = all(abs(since - moment) > 3 * DAY for since, _zone in person.moves)
            if at_rest and person.zone_at(moment) == zone:
                return moment
        return None

    def _within(self, moment: dt.datetime) -> bool:
        return self.year.begins + DAY <= moment <= self.year.ends - 2 * DAY

    def _came(
        self, person: Person, occasion: str, occurrence: str, moment: dt.datetime, grace: dt.timedelta
    ) -> bool:
        """Whether it came to the minute; it must have come, or be skipped with a reason that holds."""
        stands = self.stands[person.id, occasion, occurrence]
        others = [each.at for each in self.wire[person.id] if moment - 2 * WEEK < each.at < moment + grace]
        if stands.state == "skipped":
            self._skipped_rightly(person, occasion, stands, moment, grace, others)
            return False
        kind = "expiry_notice" if occasion in NOTICES else "greeting"
        came = [
            each.at
            for each in self.wire[person.id]
            if each.kind == kind and moment - HOUR <= each.at < moment + grace
        ]
        if not came and any(self._lost(person, row) for row in self.rows[person.id]):
            return False
        assert came, (person, occasion, occurrence, moment, stands)
        on_time = min(came) - moment < STEP and min(came) >= moment
        assert on_time or self.year.disturbed(moment) or len(others) > 1, (person, occasion, moment, came)
        return on_time

    def _skipped_rightly(
        self, person: Person, occasion: str, stands: Any, moment: dt.datetime, grace: dt.timedelta, others: Any
    ) -> None:
        reason = stands.reason
        if occasion not in NOTICES and reason in ("opted out", "no consent"):
            stopped = person.stops is not None and person.stops < moment + grace
            assert reason == person.silent or stopped, (person, stands)
        elif reason in ("deceased", "blocked"):
            assert reason == person.silent
        elif reason.startswith("too late: "):
            assert others or self.year.disturbed(moment), (person, stands)
        else:
            begins, ends = self.year.outage
            assert reason == "too late", (person, stands)
            assert begins - 8 * HOUR < moment < ends - grace + 8 * HOUR, (person, stands)
