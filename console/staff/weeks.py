"""A week's hours in a form: several times a day, read with what is wrong about them, and nothing typed lost."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from console.staff.access import Form
from flows.days import WEEKDAYS
from locales import Text, _
from loyalty.programme import Interval

PER_DAY = 3
Week: TypeAlias = tuple[tuple[Interval, ...], ...]
Typed: TypeAlias = list[list[tuple[str, str]]]  # for each day, from when and until when

WORDS: dict[str, Text] = {
    "from": _("Begins at"),
    "until": _("Ends at"),
    "more": _("More times"),
    "copy": _("Copy to all days"),
    "week_help": _("A day without times is closed. Times may go past midnight; 00:00 to 00:00 is the whole day."),
}
HALF = _("{day}: please give both times, or neither.")
UNREADABLE = _("{day}: please write times such as 09:00.")
OVERLAP = _("{day}: these times overlap.")
INTO_NEXT = _("{day}: its times go past midnight into the next day's.")
_CLOCK = re.compile(r"([01]?\d|2[0-4])[:.]([0-5]\d)(?::\d\d)?")


class Problem(NamedTuple):
    """What is wrong about a day's times."""

    text: Text
    day: Text


class Read(NamedTuple):
    """A week as it was typed, and what it means where nothing is wrong."""

    typed: Typed
    week: Week
    problems: list[Problem]


def read(form: Form) -> Read:
    """The week of a form; `copy-N` as its deed gives every day the times of the day N."""
    typed = [
        [(_field(form, day, place, "from"), _field(form, day, place, "until")) for place in range(PER_DAY)]
        for day in range(len(WEEKDAYS))
    ]
    copied = form.get("deed", "").removeprefix("copy-")
    if copied in ("0", "1", "2", "3", "4", "5", "6"):
        typed = [list(typed[int(copied)]) for _day in WEEKDAYS]
    problems: list[Problem] = []
    week = tuple(_day(typed[day], WEEKDAYS[day], problems) for day in range(len(WEEKDAYS)))
    if not problems:
        problems = _into_the_next(week)
    return Read(typed, week, problems)


def typed(week: Sequence[tuple[Interval, ...]]) -> Typed:
    """A week as a form shows it."""
    days = [[(f"{begins:%H:%M}", f"{ends:%H:%M}") for begins, ends in day] for day in week] or [
        [] for _day in WEEKDAYS
    ]
    return [[*day, *[("", "")] * (PER_DAY - len(day))] for day in days]


def intervals(begins: str, ends: str, day: Text, problems: list[Problem]) -> tuple[Interval, ...]:
    """One time from and until; nothing where neither is given. What is wrong goes into `problems`."""
    return _day([(begins, ends)], day, problems)


def values(problem: Problem) -> Mapping[str, object]:
    """What a problem's text is rendered with."""
    return {"day": problem.day}


def _field(form: Form, day: int, place: int, which: str) -> str:
    return form.get(f"{day}-{place}-{which}", "").strip()[:8]


def _day(given: Sequence[tuple[str, str]], day: Text, problems: list[Problem]) -> tuple[Interval, ...]:
    found: list[Interval] = []
    for begins, ends in given:
        if not begins and not ends:
            continue
        first, last = _clock(begins), _clock(ends)
        if not begins or not ends:
            problems.append(Problem(HALF, day))
        elif first is None or last is None:
            problems.append(Problem(UNREADABLE, day))
        else:
            found.append((first, last))
    found.sort()
    if any(ends <= begins or after < ends for (begins, ends), (after, _end) in pairwise(found)):
        problems.append(Problem(OVERLAP, day))
    return tuple(found)


def _into_the_next(week: Week) -> list[Problem]:
    """The days whose last times are still running when the next day's first begin."""
    found = []
    for number, day in enumerate(week):
        following = week[(number + 1) % len(week)]
        if day and following and day[-1][1] <= day[-1][0] and day[-1][1] > following[0][0]:
            found.append(Problem(INTO_NEXT, WEEKDAYS[number]))
    return found


def _clock(text: str) -> dt.time | None:
    found = _CLOCK.fullmatch(text)
    if found is None or (found[1] == "24" and found[2] != "00"):
        return None
    return dt.time(int(found[1]) % 24, int(found[2]))
