"""A condition in words: what each test asks as a phrase of its own, put together to one sentence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import reduce
from typing import Any, NamedTuple

from markupsafe import Markup

from locales import Language, Text, _, n_, render
from locales.formats import Money
from locales.text import Phrase
from outreach.segments import words
from outreach.segments.checks import read
from outreach.segments.columns import minor
from outreach.segments.days import parted
from outreach.segments.definition import All, Condition, Either, Not, Test
from outreach.segments.facts import FACTS, Fact
from outreach.segments.problem import ConditionWrong

EVERYBODY = _("Everybody.")
SENTENCE = _("{condition}.")
AND, OR, EITHER = _("{one}, and {other}"), _("{one}, or {other}"), _("{one} or {other}")
WITHIN_SENTENCE, NOT = _("({condition})"), _("not ({condition})")

ANYTHING, ANY_CAMPAIGN = _("something"), _("a campaign")
YES, NO = _("{fact}: yes"), _("{fact}: no")
TODAY, NOT_TODAY = _("{fact}: today"), _("{fact}: not today")
IS, IS_NOT = _("{fact} is {value}"), _("{fact} is not {value}")
BEARS, BEARS_NOT = _("{fact}: {value}"), _("{fact}: not {value}")
PHRASES: Mapping[str, Text] = {
    "is": IS,
    "in": IS,
    "is_not": IS_NOT,
    "not_in": IS_NOT,
    "contains": _("{fact} contains “{value}”"),
    "known": _("{fact} is known"),
    "unknown": _("{fact} is not known"),
    "at_least": _("{fact} is at least {value}"),
    "at_most": _("{fact} is at most {value}"),
    "between": _("{fact} is from {value} to {until}"),
    "within": n_("{fact} within the last {count} day", "{fact} within the last {count} days", "count"),
    "not_within": n_("{fact} not within the last {count} day", "{fact} not within the last {count} days", "count"),
    "coming": n_("{fact} within the next {count} day", "{fact} within the next {count} days", "count"),
    "in_month": _("{fact} in {value}"),
    "before": _("{fact} before {value}"),
    "since": _("{fact} since {value}"),
    "moment_between": _("{fact} from {value} to {until}"),
    "moment_known": _("{fact} at any time"),
    "moment_unknown": _("{fact}: never"),
    "answer_known": _("{fact} was given"),
    "answer_unknown": _("{fact} was not given"),
    "has": BEARS,
    "has_all": _("{fact}: all of {value}"),
    "has_none": BEARS_NOT,
    "purchase_did": _("Bought {value}"),
    "purchase_did_not": _("Did not buy {value}"),
    "event_did": _("Event {value}"),
    "event_did_not": _("No event {value}"),
    "got": _("Got {value}"),
    "not_got": _("Did not get {value}"),
    "clicked": _("Clicked in {value}"),
    "not_clicked": _("Got {value} and clicked nothing"),
    "replied": _("Replied to {value}"),
    "bought": _("Bought after {value}"),
}
ANSWER = _("Last answer to “{question}” of {survey}")
AT = _("at {value}")
WITHIN_DAYS = n_("within the last {count} day", "within the last {count} days", "count")
SINCE, BEFORE = _("since {value}"), _("before {value}")
TIMES, FOR = n_("at least {count} time", "at least {count} times", "count"), _("for at least {value}")
DETAIL = _("{one} {other}")
DAYS: Mapping[str, Text] = {
    "today": _("today"),
    "start of week": _("the start of the week"),
    "start of month": _("the start of the month"),
    "start of year": _("the start of the year"),
}
AGO: Mapping[str, Text] = {
    "day": n_("{count} day ago", "{count} days ago", "count"),
    "month": n_("{count} month ago", "{count} months ago", "count"),
}
MONTHS: Sequence[Text] = (
    *(_("January"), _("February"), _("March"), _("April"), _("May"), _("June")),
    *(_("July"), _("August"), _("September"), _("October"), _("November"), _("December")),
)


FIXED: Mapping[str, Mapping[str, Text]] = {
    "stage": words.STAGES,
    "rfm": words.RFM,
    "kind": words.KINDS,
    "language": words.LANGUAGES,
    "news": words.NEWS,
    "reachable": words.CHANNELS,
}
"""What the values of facts are called that are the same in every house."""


class Called(NamedTuple):
    """What the values of conditions are called: by their source, then by themselves; amounts are in `currency`."""

    currency: str
    names: Mapping[str, Mapping[str, Text | str]]

    def of(self, source: str, value: object) -> Text | str:
        """The name of a value; itself where it has none (any more)."""
        return self.names.get(source, {}).get(str(value), str(value))


def sentence(condition: Condition, called: Called, language: Language) -> Markup:
    """What the condition asks, as HTML."""
    if condition == All(()):
        return Markup(render(EVERYBODY, language))  # noqa: S704 - our own text
    said = _said(condition, called, whole=True)
    return Markup(render(SENTENCE, language, {"condition": said}))  # noqa: S704 - rendered


def by_itself(document: Any, language: Language) -> Markup:
    """What a document asks, where the house is not at hand: its own things are named by their codes."""
    fixed = Called("", FIXED)
    try:
        return sentence(read(document), fixed, language)
    except ConditionWrong:
        return Markup.escape(document)


def _said(condition: Condition, called: Called, *, whole: bool = False) -> Phrase:
    match condition:
        case Test():
            return _test(condition, called)
        case Not():
            inner = _said(condition.negated, called, whole=True)
            return Phrase(NOT, {"condition": inner})
        case All() | Either():
            parts = condition.all if isinstance(condition, All) else condition.any
            phrases = [_said(each, called, whole=len(parts) == 1 and whole) for each in parts]
            joined = _joined(AND if isinstance(condition, All) else OR, phrases)
            return joined if whole or len(parts) == 1 else Phrase(WITHIN_SENTENCE, {"condition": joined})


def _joined(by: Text, parts: Sequence[Any]) -> Any:
    return reduce(lambda one, other: Phrase(by, {"one": one, "other": other}), parts)


def _test(test: Test, called: Called) -> Phrase:
    fact = FACTS[test.fact]
    about: object = fact.label
    if fact.form.name == "answer":
        question = called.of(f"questions:{test.survey}", test.question)
        about = Phrase(ANSWER, {"question": question, "survey": called.of("surveys", test.survey)})
    form, phrase = fact.form.name, PHRASES.get(f"{fact.form.name}_{test.op}") or PHRASES.get(test.op)
    values: dict[str, object] = {"fact": about}
    if form == "truth":
        phrase = YES if test.value else NO
    elif test.op in ("within", "not_within", "coming"):
        values["count"] = test.value
        if test.value == 0:
            phrase = NOT_TODAY if test.op == "not_within" else TODAY
    elif form in _COMPOSED:
        values["value"] = _COMPOSED[form](test, called)
    elif isinstance(test.value, tuple) and test.op == "between":
        values |= {"value": _value(fact, test.value[0], called), "until": _value(fact, test.value[1], called)}
    elif test.value is not None:
        listed = test.value if isinstance(test.value, tuple) else (test.value,)
        shown = [_value(fact, each, called) for each in listed]
        values["value"] = tuple(shown) if test.op == "has_all" else _joined(EITHER, shown)
    assert phrase is not None  # a test sees that every operator has one
    said = Phrase(phrase, values)
    return _with(said, _period(test)) if form == "answer" else said


def _value(fact: Fact, value: Any, called: Called) -> object:
    if fact.form.name == "money":
        return _amount(value, called)
    if fact.form.name == "moment":
        return day(value)
    if fact.form.name == "day":
        return MONTHS[value - 1]
    return value if isinstance(value, int) else called.of(fact.source or fact.name, value)


def _amount(written: str, called: Called) -> object:
    return Money(minor(written, called.currency), called.currency) if called.currency else Decimal(written)


def day(written: str) -> object:
    """A day as conditions name it, as it stands in a sentence."""
    number, unit = parted(written)
    if number:
        return Phrase(AGO[unit], {"count": number})
    return DAYS.get(written) or dt.date.fromisoformat(written)


def _bought(test: Test, called: Called) -> object:
    products = [called.of("products", each) for each in test.product]
    categories = [called.of("categories", each) for each in test.category]
    goods = _joined(EITHER, (*products, *categories) or (ANYTHING,))
    details: list[object] = []
    if test.branch:
        branches = [called.of("branches", each) for each in test.branch]
        details.append(Phrase(AT, {"value": _joined(EITHER, branches)}))
    if test.times > 1:
        details.append(Phrase(TIMES, {"count": test.times}))
    if test.spent:
        details.append(Phrase(FOR, {"value": _amount(test.spent, called)}))
    return _with(goods, [*details, *_period(test)])


def _happened(test: Test, called: Called) -> object:
    events = _joined(EITHER, [called.of("events", each) for each in _listed(test.value)])
    times = [Phrase(TIMES, {"count": test.times})] if test.times > 1 else []
    return _with(events, [*times, *_period(test)])


def _campaigns(test: Test, called: Called) -> object:
    names = [called.of("campaigns", each) for each in _listed(test.value)]
    return _with(_joined(EITHER, names or [ANY_CAMPAIGN]), _period(test))


_COMPOSED: Mapping[str, Callable[[Test, Called], object]] = {
    "purchase": _bought,
    "event": _happened,
    "campaign": _campaigns,
}


def _period(test: Test) -> list[object]:
    found: list[object] = []
    if test.within is not None:
        found.append(Phrase(WITHIN_DAYS, {"count": test.within}) if test.within else DAYS["today"])
    if test.since:
        found.append(Phrase(SINCE, {"value": day(test.since)}))
    if test.before:
        found.append(Phrase(BEFORE, {"value": day(test.before)}))
    return found


def _with(said: Any, details: Iterable[object]) -> Any:
    return reduce(lambda one, other: Phrase(DETAIL, {"one": one, "other": other}), details, said)


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, tuple) else ()
