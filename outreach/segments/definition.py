"""What a segment's condition is: facts of a contact, put together with all, any and not.

A condition is data: `{"all": [...]}`, `{"any": [...]}`, `{"not": {...}}`, or a test of one fact, such as
`{"fact": "orders", "op": "at_least", "value": 3}`. `outreach.segments.facts` has every fact and what can be asked
of it; `outreach.segments.checks` reads a document. Each test is true or false of everybody: what is not known of a
contact fails a test, and passes its negation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import msgspec

Value: TypeAlias = Any  # a truth value, number or text, several of them in a tuple, or None

DEEPEST = 6  # groups within groups
MOST_TESTS = 50
MOST_VALUES = 100  # of one test
LONGEST = 100  # of one value, in letters


class All(msgspec.Struct, frozen=True):
    """Every one of them holds; of none at all: everybody."""

    all: tuple[Condition, ...]


class Either(msgspec.Struct, frozen=True):
    """At least one of them holds."""

    any: tuple[Condition, ...]


class Not(msgspec.Struct, frozen=True, rename={"negated": "not"}):
    """It does not hold."""

    negated: Condition


class Test(msgspec.Struct, frozen=True, omit_defaults=True):
    """One fact of a contact, what is asked of it, and the value it is held against.

    The others say which events count, where the fact takes them: of a product (by sku), a category, a branch (by
    code); within the last days, since a day or before one; at least so many `times`, for at least so much `spent`
    (a decimal in the business's currency); which question of which survey.
    """

    fact: str
    op: str
    value: Value = None
    product: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    branch: tuple[str, ...] = ()
    survey: str = ""
    question: str = ""
    within: int | None = None
    since: str = ""
    before: str = ""
    times: int = 1
    spent: str = ""


Condition: TypeAlias = "All | Either | Not | Test"
EVERYBODY = All(())
DETAILS = tuple(name for name in Test.__struct_fields__ if name not in ("fact", "op", "value"))


def to_plain(condition: Condition) -> Any:
    """The condition as a document, which reads back the same."""
    return msgspec.json.decode(msgspec.json.encode(condition))


def tests_of(condition: Condition) -> Iterator[Test]:
    """Every test in it, in order."""
    if isinstance(condition, Test):
        yield condition
        return
    for part in parts_of(condition):
        yield from tests_of(part)


def parts_of(group: All | Either | Not) -> tuple[Condition, ...]:
    """What a group puts together."""
    if isinstance(group, Not):
        return (group.negated,)
    return group.all if isinstance(group, All) else group.any
