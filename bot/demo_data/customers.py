"""Five hundred customers who do not exist."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from bot.demo_data.names import NAMES
from bot.demo_data.shop import programme
from loyalty.programme import Branch

# How many customers of each language each branch has.
COMMUNITIES = {
    "KL": {"ms": 70, "zh": 45, "en": 35},
    "GT": {"zh": 40, "ms": 30, "en": 20},
    "SG": {"vi": 88, "en": 12},
    "DX": {"ar": 58, "en": 22},
    "SH": {"zh": 72, "en": 8},
}
# Mobile numbers that are valid in form and begin with zeros where subscribers' numbers do not.
PHONES = {"KL": "+6012000", "GT": "+6016000", "SG": "+8490000", "DX": "+97150000", "SH": "+861300000"}


class Customer(NamedTuple):
    """A customer of the list, with the branch they go to; `points` were on the card they had before."""

    number: str
    branch: Branch
    name: str
    call_me: str
    phone: str
    email: str
    birthday: dt.date | None
    language: str
    points: int
    marketing: str


def customers(random: Random, today: dt.date) -> list[Customer]:
    """The customers, in the order in which they joined; some have their birthday today or soon."""
    joined = [
        (branch, language)
        for branch in programme().branches
        for language, count in COMMUNITIES[branch.code].items()
        for _ in range(count)
    ]
    random.shuffle(joined)
    birthdays = _birthdays(random, today)
    return [
        _customer(random, serial, branch, language, next(birthdays))
        for serial, (branch, language) in enumerate(joined, start=1)
    ]


def _customer(random: Random, serial: int, branch: Branch, language: str, birthday: dt.date | None) -> Customer:
    name, call_me = NAMES[language](random)
    return Customer(
        number=f"DP-{serial:04d}",
        branch=branch,
        name=name,
        call_me=call_me if random.random() < 0.6 else "",
        phone=f"{PHONES[branch.code]}{serial:04d}",
        email=f"customer{serial}@example.com" if random.random() < 0.4 else "",
        birthday=birthday,
        language=language,
        points=random.randrange(20, 300, 5) if random.random() < 0.1 else 0,
        marketing=random.choices(("yes", "no", ""), (55, 10, 35))[0],
    )


def _birthdays(random: Random, today: dt.date) -> Iterator[dt.date | None]:
    for days in (0, 0, 1, 2, 3, 7):
        soon = today + dt.timedelta(days=days)
        # 28 February stands in where the year of birth has no 29th.
        yield soon.replace(year=1990, day=28 if (soon.month, soon.day) == (2, 29) else soon.day)
    yield from (dt.date(1988, 2, 29), dt.date(2000, 2, 29))
    youngest = today.toordinal() - 17 * 365
    while True:
        age = dt.timedelta(days=int(random.triangular(0, 55 * 365, 14 * 365)))
        yield dt.date.fromordinal(youngest) - age if random.random() < 0.8 else None
