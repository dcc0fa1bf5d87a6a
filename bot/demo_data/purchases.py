"""A year of purchases with the rhythm of a café: mornings, weekends, regulars, and people who stopped coming."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.demo_data.customers import Customer
from bot.demo_data.shop import HOME, ITEMS, Item

YEAR = 365
MORNING = (
    (7, 5),
    (8, 9),
    (9, 6),
    (10, 3),
    (11, 2),
    (12, 4),
    (13, 4),
    (14, 2),
    (15, 3),
    (16, 3),
    (17, 3),
    (18, 2),
    (19, 1),
)
LEISURE = (
    (8, 2),
    (9, 4),
    (10, 7),
    (11, 8),
    (12, 6),
    (13, 5),
    (14, 5),
    (15, 6),
    (16, 6),
    (17, 4),
    (18, 3),
    (19, 2),
    (20, 1),
)
DRINKS = frozenset({"coffee", "tea", "drinks"})
TAKE_HOME, CARRY_ONE = 0.3, 0.12  # of all customers: who buy something for home again and again, a tumbler once


class Habit(NamedTuple):
    """How a kind of customer comes: how many of a hundred they are, visits a week, and when they are customers.

    `weekend` is how much likelier a weekend day is than another. `starts` and `ends` are bounds, in days of the
    year that ends today, for the first and the last day they come.
    """

    share: int
    visits: float
    weekend: float
    starts: tuple[int, int] = (0, 45)
    ends: tuple[int, int] = (YEAR, YEAR)


HABITS = (
    Habit(share=4, visits=1.6, weekend=0.2),  # on the way to work
    Habit(share=9, visits=0.75, weekend=1.2),  # regular
    Habit(share=13, visits=0.45, weekend=4.0),  # with the family at the weekend
    Habit(share=38, visits=0.13, weekend=1.5),  # now and then
    Habit(share=13, visits=0.36, weekend=1.2, starts=(240, 345)),  # new
    Habit(share=7, visits=0.4, weekend=1.2, ends=(255, 310)),  # at risk: not seen for a while
    Habit(share=9, visits=0.32, weekend=1.2, ends=(60, 200)),  # lapsed
    Habit(share=7, visits=0.0, weekend=1.0, starts=(0, 330)),  # came once
)


class Bought(NamedTuple):
    """One line of an order; `at` has the branch's own offset."""

    order: str
    customer: Customer
    at: dt.datetime
    item: Item
    quantity: int


def purchases(random: Random, customers: list[Customer], today: dt.date) -> list[Bought]:
    """What the customers bought in the year that ended yesterday, in the order of time."""
    visits = sorted(
        (visit for customer in customers for visit in _visits(random, customer, today)),
        key=lambda visit: (visit[0], visit[1].number),
    )
    counters = dict.fromkeys((customer.branch.code for customer in customers), 0)
    bought = []
    for at, customer in visits:
        code = customer.branch.code
        counters[code] += 1
        basket = _basket(random)
        bought += [Bought(f"{code}-{counters[code]:06d}", customer, at, item, count) for item, count in basket]
    return list(_with_home(random, customers, bought))


def _with_home(random: Random, customers: list[Customer], bought: list[Bought]) -> Iterator[Bought]:
    """What some of them take home in the same orders, about when the last one is used up."""
    goods = [item for item in ITEMS if item.category == HOME]
    used_up = [item for item in goods if item.lasts]
    keeps = {
        customer.number: random.choices(used_up, [item.weight for item in used_up])[0]
        for customer in customers
        if random.random() < TAKE_HOME
    }
    carries = {customer.number for customer in customers if random.random() < CARRY_ONE}
    again: dict[str, dt.datetime] = {}
    for each in bought:
        yield each
        who = each.customer.number
        kept = keeps.get(who)
        if kept is not None and each.at >= again.get(who, each.at):
            again[who] = each.at + dt.timedelta(days=(kept.lasts or 0) * random.uniform(0.85, 1.3))
            yield each._replace(item=kept, quantity=1)
        elif who in carries and random.random() < 0.1:
            carries.discard(who)
            yield each._replace(item=goods[-1], quantity=1)


def _visits(random: Random, customer: Customer, today: dt.date) -> Iterator[tuple[dt.datetime, Customer]]:
    habit = random.choices(HABITS, [each.share for each in HABITS])[0]
    first, last = random.randint(*habit.starts), random.randint(*habit.ends)
    zone = ZoneInfo(customer.branch.timezone)
    start = today - dt.timedelta(days=YEAR)
    # Everybody comes once; a visit a week is spread over five working days and two of the weekend.
    a_day = habit.visits / (5 + 2 * habit.weekend)
    for number in range(first, last):
        day = start + dt.timedelta(days=number)
        chance = a_day * (habit.weekend if _is_weekend(day) else 1.0) * _season(day)
        if number == first or random.random() < chance:
            yield _moment(random, day, zone), customer


def _is_weekend(day: dt.date) -> bool:
    return day.weekday() >= 5


def _season(day: dt.date) -> float:
    """More in December, and when wages have just been paid."""
    return (1.15 if day.month == 12 else 1.0) * (1.1 if day.day >= 26 or day.day <= 3 else 0.97)


def _moment(random: Random, day: dt.date, zone: ZoneInfo) -> dt.datetime:
    hours, weights = zip(*(LEISURE if _is_weekend(day) else MORNING), strict=True)
    hour = random.choices(hours, weights)[0]
    return dt.datetime(day.year, day.month, day.day, hour, random.randrange(60), tzinfo=zone)


def _basket(random: Random) -> list[tuple[Item, int]]:
    """A drink, mostly with something to eat, sometimes for several."""
    drinks = [item for item in ITEMS if item.category in DRINKS]
    food = [item for item in ITEMS if item.category not in DRINKS | {HOME}]
    kinds = [drinks] if random.random() < 0.88 else []
    kinds += [food] * (random.choices((0, 1, 2), (40, 48, 12))[0] or not kinds)
    chosen = {random.choices(kind, [item.weight for item in kind])[0] for kind in kinds}
    return [(item, random.choices((1, 2, 3), (80, 16, 4))[0]) for item in sorted(chosen)]
