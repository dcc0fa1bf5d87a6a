"""Conditions of every kind, as documents, about what a shop of the tests has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from outreach.segments.facts import FACTS, Fact, Operator
from tests.outreach.segments import shop
from tests.outreach.segments.model import WRITTEN

Strategy = st.SearchStrategy[Any]
DAYS = st.sampled_from(tuple(WRITTEN))
WITHIN = st.sampled_from((0, 1, 5, 30, 90, 400))
MONEY = st.sampled_from(("0", "9.99", "10", "10.01"))
ANSWERS = st.sampled_from((-1, 0, 6, 7, 10))
SAID: dict[str, Sequence[Any]] = {
    "city": ("ipoh", "IPOH", "đà nẵng", "0% n", "w_t", "n/x", "坡", "elsewhere"),
    "timezone": (*shop.ZONES, "asia"),
    "source": ("fair", "p_ipoh_en", "p"),
    "country": ("MY", "VN", "US", "CA", "RU", "NZ", "CL"),
    "tags": (*shop.TAGS, "none"),
    "list": shop.LISTS,
    "tier": ("basic", "silver", "gold", "platinum"),
    "event": (*shop.EVENTS, "none"),
    "campaign": shop.CAMPAIGNS,
    "points": (0, 1, 100),
    "orders": (0, 1, 2),
}
DETAILS: dict[str, Strategy] = {
    "product": st.lists(st.sampled_from((*shop.SKUS, "none")), min_size=1, max_size=2, unique=True),
    "category": st.lists(st.sampled_from(("tea", "ware", "none")), min_size=1, max_size=2, unique=True),
    "branch": st.lists(st.sampled_from((*shop.BRANCHES, "none")), min_size=1, max_size=2, unique=True),
    "times": st.integers(1, 3),
    "spent": MONEY,
}


def asking(fact: Fact, operator: Operator) -> Strategy:
    """Documents of tests that ask this of this fact."""
    fixed = {"fact": st.just(fact.name), "op": st.just(operator.name)}
    if operator.takes != "nothing":
        fixed["value"] = _value(fact, operator)
    if fact.name == "answer":
        fixed["survey"], fixed["question"] = st.sampled_from(shop.SURVEYS), st.sampled_from(shop.QUESTIONS)
    more = {name: DETAILS[name] for name in fact.details if name in DETAILS}
    return st.builds(lambda test, period: test | period, st.fixed_dictionaries(fixed, optional=more), _period(fact))


def _period(fact: Fact) -> Strategy:
    days: list[Strategy] = [st.just({})]
    if "within" in fact.details:
        days.append(st.fixed_dictionaries({"within": WITHIN}))
    if "since" in fact.details:
        days.append(st.fixed_dictionaries({}, optional={"since": DAYS, "before": DAYS}))
    return st.one_of(days)


def _value(fact: Fact, operator: Operator) -> Strategy:
    one = _one(fact, operator)
    if operator.takes == "two":
        key = float if fact.form.name == "money" else None
        pairs = st.lists(one, min_size=2, max_size=2)
        return pairs if fact.form.name == "moment" else pairs.map(lambda two: sorted(two, key=key))
    if operator.takes == "many":
        return st.lists(one, min_size=1, max_size=3, unique=True)
    return one


def _one(fact: Fact, operator: Operator) -> Strategy:
    if operator.name in ("within", "not_within"):
        return WITHIN
    if operator.name == "coming":
        return st.sampled_from((0, 6, 7, 30, 98, 99, 365))
    if operator.name == "in_month":
        return st.sampled_from((1, 2, 3, 11))
    by_form = {
        "truth": st.booleans(),
        "money": MONEY,
        "moment": DAYS,
        "answer": ANSWERS,
        "number": st.integers(fact.low, min(fact.high, 5)),
    }
    known = SAID.get(fact.name) or fact.choices
    return st.sampled_from(known) if known else by_form[fact.form.name]


EVERY_TEST = st.one_of([asking(fact, operator) for fact in FACTS.values() for operator in fact.form.operators])


def _group(parts: Strategy) -> Strategy:
    some = st.lists(parts, min_size=1, max_size=3)
    return st.one_of(
        some.map(lambda each: {"all": each}),
        some.map(lambda each: {"any": each}),
        parts.map(lambda each: {"not": each}),
    )


def _nested() -> Strategy:
    found = EVERY_TEST
    for _depth in range(3):
        found = st.one_of(EVERY_TEST, _group(found))
    return found


CONDITIONS = _nested()
