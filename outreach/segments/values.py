"""The values of a test as a document writes them: each is read strictly, or refused with what is expected."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from locales import Text, _
from loyalty.programme import decimals
from outreach.segments.days import EXAMPLES, MOST_AGO, is_day
from outreach.segments.definition import LONGEST, MOST_VALUES, Value
from outreach.segments.facts import Fact, Operator
from store import tags

MOST_TIMES = 1_000
MOST_DECIMALS = 3  # that a currency has
MOST_AHEAD = 365  # days

NO_VALUE = _("This asks for no value.")
ONE_OF = _("One of these is expected: {names}.")
WHOLE = _("A whole number from {low} to {high} is expected.")
AMOUNT = _("An amount such as {example} is expected, as a text, with at most {decimals} decimals.")
A_DAY = _("A day is expected, such as {examples}.")
A_TEXT = _("A text of 1 to {number} characters is expected, on one line.")
YES_OR_NO = _("{yes} or {no} is expected.")
TWO = _("Two values are expected: from and to.")
TURNED = _("The first of the two comes after the second.")
MANY = _("A list of 1 to {number} values is expected.")
TWICE = _("It stands here twice.")

_LINE = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]*")
_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,3})?")
_DAYS = {"within": MOST_AGO, "coming": MOST_AHEAD}  # operators whose value is a number of days


class Wrong(Exception):
    """A value is not what is expected, which the text says."""

    def __init__(self, text: Text, **values: Any) -> None:
        self.text, self.values = text, values


def value(fact: Fact, operator: Operator, given: Any, currency: str) -> Value:
    """The value or values that an operator takes. Raises Wrong."""

    def single(given: Any) -> Any:
        return _single(fact, operator, given, currency)

    if operator.takes == "nothing":
        if given is not None:
            raise Wrong(NO_VALUE)
        return None
    if operator.takes == "two":
        return _two(given, single, fact)
    if operator.takes == "many":
        any_will_do = fact.form.name == "campaign" and given is None
        return () if any_will_do else many(given, single)
    return single(given)


def detail(key: str, given: Any, currency: str) -> Any:
    """What says which events count. Raises Wrong."""
    if key in ("product", "category", "branch"):
        return many(given, text)
    if key == "times":
        return whole(given, 1, MOST_TIMES)
    if key == "within":
        return whole(given, 0, MOST_AGO)
    if key == "spent":
        return amount(given, currency)
    return a_day(given) if key in ("since", "before") else text(given)


def _single(fact: Fact, operator: Operator, given: Any, currency: str) -> Any:
    days = _DAYS.get(operator.negates or operator.name)
    if days is not None:
        return whole(given, 0, days)
    if operator.name == "in_month":
        return whole(given, 1, 12)
    if fact.choices:
        return one_of(given, fact.choices)
    readers: dict[str, Callable[[], Any]] = {
        "truth": lambda: truth(given),
        "number": lambda: whole(given, fact.low, fact.high),
        "answer": lambda: whole(given, fact.low, fact.high),
        "money": lambda: amount(given, currency, signed=fact.low < 0),
        "moment": lambda: a_day(given),
    }
    if fact.name == "tags":
        return a_tag(given)
    return readers.get(fact.form.name, lambda: text(given))()


def _two(given: Any, single: Callable[[Any], Any], fact: Fact) -> tuple[Any, Any]:
    if not isinstance(given, list) or len(given) != 2:
        raise Wrong(TWO)
    first, second = map(single, given)
    # Which of two days comes first is not known before today is.
    if fact.form.name != "moment" and Decimal(first) > Decimal(second):
        raise Wrong(TURNED)
    return first, second


def many(given: Any, single: Callable[[Any], Any]) -> tuple[Any, ...]:
    """A list's values, each once; one value is a list of one."""
    listed = given if isinstance(given, list) else [given]
    if given is None or not 1 <= len(listed) <= MOST_VALUES:
        raise Wrong(MANY, number=MOST_VALUES)
    values = tuple(map(single, listed))
    if len(set(values)) < len(values):
        raise Wrong(TWICE)
    return values


def truth(given: Any) -> bool:
    """True or false."""
    if not isinstance(given, bool):
        raise Wrong(YES_OR_NO, yes="true", no="false")
    return given


def whole(given: Any, low: int, high: int) -> int:
    """A whole number within these bounds."""
    if isinstance(given, bool) or not isinstance(given, int) or not low <= given <= high:
        raise Wrong(WHOLE, low=low, high=high)
    return given


def amount(given: Any, currency: str, *, signed: bool = False) -> str:
    """A decimal amount of a currency (empty: of any), as a text."""
    digits = decimals(currency) if currency else MOST_DECIMALS
    fits = isinstance(given, str) and _DECIMAL.fullmatch(given) and len(given.partition(".")[2]) <= digits
    if not fits or (given.startswith("-") and not signed):
        raise Wrong(AMOUNT, example=f"{100:.{digits}f}", decimals=digits)
    return str(given)


def a_day(given: Any) -> str:
    """A day as `outreach.segments.days` understands it."""
    if not isinstance(given, str) or not is_day(given):
        raise Wrong(A_DAY, examples=", ".join(EXAMPLES))
    return given


def one_of(given: Any, known: tuple[str, ...]) -> str:
    """One of the values that there are."""
    if given not in known:
        raise Wrong(ONE_OF, names=", ".join(known))
    return str(given)


def text(given: Any) -> str:
    """A short text without blanks at its ends."""
    found = given.strip() if isinstance(given, str) else ""
    if not 1 <= len(found) <= LONGEST or not _LINE.fullmatch(found):
        raise Wrong(A_TEXT, number=LONGEST)
    return found


def a_tag(given: Any) -> str:
    """A tag, as tags are kept."""
    tag = tags.clean(text(given))
    if not tag:
        raise Wrong(A_TEXT, number=tags.LONGEST)
    return tag
