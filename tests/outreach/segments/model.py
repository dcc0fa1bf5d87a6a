"""What a condition means, said once more in plain Python: whom it is true of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from outreach.segments.definition import All, Condition, Either, Not, Test
from tests.outreach.segments.shop import SKUS, TODAY, Bought, Customer, Shop

DAY = dt.timedelta(1)
# The days that conditions of the tests write, as anybody would read them on Saturday, 21 November 2026.
WRITTEN = {
    "today": TODAY,
    "1 day ago": dt.date(2026, 11, 20),
    "30 days ago": dt.date(2026, 10, 22),
    "1 month ago": dt.date(2026, 10, 21),
    "start of week": dt.date(2026, 11, 16),
    "start of month": dt.date(2026, 11, 1),
    "start of year": dt.date(2026, 1, 1),
    "2026-08-24": dt.date(2026, 8, 24),
}
CODES = {"+60": "MY", "+84": "VN", "+7": "RU"}
HOMES = {"Asia/Kuala_Lumpur": "MY", "America/Santiago": "CL", "Pacific/Auckland": "NZ"}
OPPOSITES = {
    "is_not": "is",
    "not_in": "in",
    "unknown": "known",
    "not_within": "within",
    "has_none": "has",
    "did_not": "did",
    "not_got": "got",
}


def among(condition: Condition, shop: Shop) -> set[int]:
    """The ids of those in the shop whom the condition is true of."""
    return {each.id for each in shop.customers if not each.gone and meets(condition, each, shop.zone)}


def meets(condition: Condition, customer: Customer, zone: str) -> bool:
    """Whether the condition is true of the customer."""
    if isinstance(condition, All):
        return all(meets(each, customer, zone) for each in condition.all)
    if isinstance(condition, Either):
        return any(meets(each, customer, zone) for each in condition.any)
    if isinstance(condition, Not):
        return not meets(condition.negated, customer, zone)
    if condition.op in OPPOSITES:
        return not _Asked(condition, customer, zone).of(OPPOSITES[condition.op])
    return _Asked(condition, customer, zone).of(condition.op)


class _Asked:
    """One test, asked of one customer."""

    def __init__(self, test: Test, customer: Customer, zone: str) -> None:
        self.test, self.value = test, test.value
        self.customer, self.zone = customer, zone

    def of(self, op: str) -> bool:
        named: dict[str, Callable[[str], bool]] = {
            "tags": lambda op: self._have(op, self.customer.tags),
            "reachable": lambda op: self._have(op, [name for name, on in self.customer.channels if on]),
            "list": lambda op: self._have(op, self.customer.lists),
            "bought": self._purchases,
            "event": self._events,
            "campaign": self._campaigns,
            "answer": self._answers,
            "tier": self._tier,
            "country": lambda _op: self._country() in self._values(),
        }
        if self.test.fact in named:
            return named[self.test.fact](op)
        truths = {
            "account": self.customer.account is not None,
            "card": self.customer.row["card"] is not None,
            "request": "open" in self.customer.cases,
        }
        if self.test.fact in truths:
            return truths[self.test.fact] is self.value
        if self.test.fact in ("birthday", "membership"):
            return self._yearly(op, self.customer.days.get(self.test.fact))
        return self._single(op, self._fact())

    def _fact(self) -> Any:
        row, name = self.customer.row, self.test.fact
        renamed = {"joined": "created_at", "source": "joined_from", "seen": "seen_at", "news": "marketing"}
        if (name := renamed.get(name, name)) in row:
            return row[name]
        if name == "points":
            return self.customer.account["balance"] if self.customer.account else 0
        nobody = {"stage": "prospect", "orders": 0, "spent": 0}
        scored = {"first_purchase": "first_at", "last_purchase": "last_at"}.get(name, name)
        return self.customer.scores[scored] if self.customer.scores else nobody.get(name)

    def _single(self, op: str, fact: Any) -> bool:
        if op == "known":
            return bool(fact)
        if fact is None:
            return False
        if isinstance(fact, dt.datetime):
            return self._on(op, fact.astimezone(ZoneInfo(self.zone)).date())
        value: Any = self._values()
        if self.test.fact in ("spent", "margin"):
            value = tuple(100 * Decimal(each) for each in value)
        if self.test.fact in ("city", "timezone", "source"):
            fact, value = _small(fact), tuple(map(_small, value))
        return _compared(op, fact, value)

    def _on(self, op: str, day: dt.date) -> bool:
        if op == "within":
            return bool(day >= TODAY - self.value * DAY)
        if op == "between":
            return WRITTEN[self.value[0]] <= day <= WRITTEN[self.value[1]]
        return day < WRITTEN[self.value] if op == "before" else day >= WRITTEN[self.value]

    def _values(self) -> Any:
        return self.value if isinstance(self.value, tuple) else (self.value,)

    def _country(self) -> str:
        lives = {**HOMES, "America/Toronto": "CA"}.get(self.customer.row["timezone"], "")
        phone = self.customer.row["phone"]
        if not phone:
            return lives or HOMES[self.zone]
        if phone.startswith("+1"):
            return "CA" if lives == "CA" else "US"
        return next(country for code, country in CODES.items() if phone.startswith(code))

    def _tier(self, _op: str) -> bool:
        if self.customer.account is None:
            return False
        tier = self.customer.account["tier"]
        stands = tier if tier in ("silver", "gold") else "basic"
        return stands in self._values()

    def _have(self, op: str, there: Iterable[str]) -> bool:
        mine = set(self.value) & set(there)
        return mine == set(self.value) if op == "has_all" else bool(mine)

    def _yearly(self, op: str, month_day: int | None) -> bool:
        if month_day is None or op == "known":
            return month_day is not None
        if op == "in_month":
            return month_day // 100 in self.value
        days = [TODAY + ahead * DAY for ahead in range(self.value + 1)]
        kept = {228 if month_day == 229 and each.year % 4 else month_day for each in days}
        return any(100 * each.month + each.day in kept for each in days)

    def _in_time(self, at: dt.datetime) -> bool:
        day, test = at.astimezone(ZoneInfo(self.zone)).date(), self.test
        return (
            (test.within is None or day >= TODAY - test.within * DAY)
            and (not test.since or day >= WRITTEN[test.since])
            and (not test.before or day < WRITTEN[test.before])
        )

    def _purchases(self, _op: str) -> bool:
        mine = [each for each in self.customer.bought if self._counts(each)]
        paid = sum(each.amount - each.refunded for each in mine)
        enough = not self.test.spent or paid >= 100 * Decimal(self.test.spent)
        return len({each.at for each in mine}) >= self.test.times and enough

    def _counts(self, each: Bought) -> bool:
        test = self.test
        return (
            self._in_time(each.at)
            and (each.refunded == 0 or each.refunded < each.amount)
            and (not test.product or each.sku in test.product)
            and (not test.category or (each.sku is not None and SKUS[each.sku] in test.category))
            and (not test.branch or each.branch in test.branch)
            and (not test.spent or each.currency == "MYR")
        )

    def _events(self, _op: str) -> bool:
        mine = [at for name, at in self.customer.events if name in self.value and self._in_time(at)]
        return len(mine) >= self.test.times

    def _campaigns(self, op: str) -> bool:
        mine = [
            each
            for each in self.customer.received
            if (not self.value or each.campaign in self.value) and each.sent_at and self._in_time(each.sent_at)
        ]
        if op == "not_clicked":
            return bool(mine) and not any(each.clicked for each in mine)
        return any(op == "got" or getattr(each, op) for each in mine)

    def _answers(self, op: str) -> bool:
        asked = self.test.survey, self.test.question
        mine = [
            (each.done_at, place, each.number)
            for place, each in enumerate(self.customer.answers)
            if (each.survey, each.question) == asked and each.done_at and self._in_time(each.done_at)
        ]
        last = max((each for each in mine if each[2] is not None), default=None)
        if op == "known" or last is None:
            return last is not None
        return _compared(op, last[2], self._values())


def _compared(op: str, fact: Any, value: Any) -> bool:
    if op == "contains":
        return value[0] in fact
    if op == "between":
        return bool(value[0] <= fact <= value[1])
    if op == "at_least":
        return bool(fact >= value[0])
    return bool(fact <= value[0]) if op == "at_most" else fact in value


def _small(text: str) -> str:
    return "".join(each.lower() if "A" <= each <= "Z" else each for each in text)
