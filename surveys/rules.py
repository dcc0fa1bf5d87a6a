"""Whom a rule invites to a survey, after what, and how seldom: settings that the console edits and jobs follow.

A rule has a cause. Somebody is invited some hours after a `purchase`, a `case` or a `conversation`; everybody whom
its conditions name is `every` some months, or once by `hand`.
"""

from __future__ import annotations

import calendar
import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

import msgspec
from msgspec import Meta

Cause: TypeAlias = Literal["purchase", "case", "conversation", "every", "hand"]
CAUSES: tuple[Cause, ...] = ("purchase", "case", "conversation", "every", "hand")
EVENTS, ROUNDS = frozenset({"purchase", "case", "conversation"}), frozenset({"every", "hand"})
CASE_KINDS = ("praise", "complaint", "suggestion", "review", "question", "survey")
FROM_SURVEYS = "survey"  # cases that a low score opened: only a rule that names them invites after them
_SHARES = 1 << 64

Code: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64)]
Codes: TypeAlias = Annotated[tuple[Code, ...], Meta(max_length=50)]


class Who(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Which contacts: of these kinds, languages, tiers and tags, who bought in one of these branches.

    What is empty asks for nothing. `bought_days` is how long ago the purchase may be.
    """

    kinds: Codes = ()
    languages: Codes = ()
    tiers: Codes = ()
    tags: Codes = ()
    branches: Codes = ()
    bought_days: Annotated[int, Meta(ge=1, le=1_000)] = 365


class Rule(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The settings of one rule.

    `delay_hours` pass after an event. Of a purchase count the `branches`, what was bought (`categories` or `skus`)
    and the `least` amount, in minor units; of a closed case its `branches`, `case_kinds` and `touchpoints`. A round
    goes out at `hour` of the contact's clock on `day`, and again every `months`; one by hand without a day at once.
    `share` is the percentage that is invited, `gap_days` the rest that everybody has from surveys. A round begins a
    wave named by `wave`.
    """

    cause: Cause
    delay_hours: Annotated[int, Meta(ge=0, le=2_160)] = 24
    branches: Codes = ()
    categories: Codes = ()
    skus: Codes = ()
    least: Annotated[int, Meta(ge=0, le=10**12)] = 0
    case_kinds: Codes = ()
    touchpoints: Codes = ()
    day: dt.date | None = None
    months: Annotated[int, Meta(ge=1, le=24)] = 3
    hour: Annotated[int, Meta(ge=0, le=23)] = 10
    who: Who = Who()
    share: Annotated[int, Meta(ge=1, le=100)] = 100
    gap_days: Annotated[int, Meta(ge=0, le=730)] = 90
    wave: Annotated[str, Meta(max_length=48)] = ""


class Ruled(NamedTuple):
    """A rule that is at work: `survey` is the public id of its survey, which is for contacts of these `kinds`."""

    id: int
    public_id: str
    survey_id: int
    survey: str
    rule: Rule
    kinds: tuple[str, ...]


def rule_of(plain: Any) -> Rule:
    """The rule from its document. Raises msgspec.ValidationError when it is none."""
    return msgspec.convert(plain, Rule)


def problems(rule: Rule, today: dt.date) -> Iterator[tuple[str, str]]:
    """What is wrong with a rule that is to be kept: the field, and a code for what to say about it."""
    if rule.cause == "every" and rule.day is None:
        yield "day", "needed"
    if rule.cause == "hand" and rule.day is not None and rule.day < today:
        yield "day", "past"
    if rule.gap_days == 0 and rule.cause in ROUNDS:
        yield "gap_days", "needed"
    unknown = set(rule.case_kinds) - set(CASE_KINDS)
    if unknown:
        yield "case_kinds", "unknown"


def pruned(rule: Rule) -> Rule:
    """The rule without what belongs to other causes, so that nothing hidden decides."""
    usual = Rule(cause=rule.cause)
    others = {name for cause, names in _OF_CAUSE.items() for name in names} - set(_OF_CAUSE[rule.cause])
    return msgspec.structs.replace(rule, **{name: getattr(usual, name) for name in others})


_OF_CAUSE: dict[str, tuple[str, ...]] = {
    "purchase": ("delay_hours", "branches", "categories", "skus", "least"),
    "case": ("delay_hours", "branches", "case_kinds", "touchpoints"),
    "conversation": ("delay_hours",),
    "every": ("day", "months", "hour", "wave"),
    "hand": ("day", "hour", "wave"),
}


def drawn(public_id: str, cause: str, share: int) -> bool:
    """Whether a cause is among the `share` percent that a rule invites: the same whenever it is asked."""
    digest = hashlib.blake2b(f"{public_id}:{cause}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) * 100 < share * _SHARES


def next_day(rule: Rule, after: dt.date) -> dt.date | None:
    """The first day of rounds that comes after this one; None when there is none.

    The day of the month stays that of the rule's own day where a month has it: 31 January, 28 February, 31 March.
    """
    if rule.cause != "every" or rule.day is None:
        return None
    number = 0
    while (day := _months_on(rule.day, number * rule.months)) <= after:
        number += 1
    return day


def _months_on(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
