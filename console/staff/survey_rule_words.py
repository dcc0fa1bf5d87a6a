"""A rule in plain words, one phrase for each thing it says, and why somebody was not asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sqlalchemy.engine import Connection

from console.staff import case_texts, customers_texts, reason_texts, service_texts
from console.staff.survey_inviting_texts import REASONS
from locales import Language, Text, _, n_, render
from locales.formats import Money
from loyalty import programme
from loyalty.programme import named
from service import touchpoints
from store import catalog
from surveys.rules import Rule, Who

DAY_HOURS = 24
AT_ONCE: dict[str, Text] = {
    "purchase": _("Right after a purchase"),
    "case": _("As soon as a request is closed"),
    "conversation": _("As soon as a conversation with the team is over"),
}
HOURS: dict[str, Text] = {
    "purchase": n_("{count} hour after a purchase", "{count} hours after a purchase", "count"),
    "case": n_("{count} hour after a request is closed", "{count} hours after a request is closed", "count"),
    "conversation": n_(
        "{count} hour after a conversation with the team",
        "{count} hours after a conversation with the team",
        "count",
    ),
}
DAYS: dict[str, Text] = {
    "purchase": n_("{count} day after a purchase", "{count} days after a purchase", "count"),
    "case": n_("{count} day after a request is closed", "{count} days after a request is closed", "count"),
    "conversation": n_(
        "{count} day after a conversation with the team",
        "{count} days after a conversation with the team",
        "count",
    ),
}
EVERY_MONTH = _("Every month from {day} on, at {time} on the customer's clock")
EVERY = n_(
    "Every {count} month from {day} on, at {time} on the customer's clock",
    "Every {count} months from {day} on, at {time} on the customer's clock",
    "count",
)
ON_DAY = _("Once, on {day} at {time} on the customer's clock")
NOW = _("Once, right away")
AT = _("At {places}")
GOODS = _("When it is one of these: {goods}")
LEAST = _("From {amount} on")
CASES = _("Only: {kinds}")
ABOUT = _("Only about: {touchpoints}")
KINDS = _("Only these contacts: {kinds}")
LANGUAGES = _("Only who reads {languages}")
TIERS = _("Only these tiers: {tiers}")
TAGS = _("Only with one of these tags: {tags}")
BOUGHT = n_(
    "Only who bought at {places} in the last {days} day",
    "Only who bought at {places} in the last {days} days",
    "days",
)
EVERYBODY = _("Everybody of these")
EVERY_SECOND = _("Every second one of these, drawn by chance")
SHARE = _("{share} of these, drawn by chance")
GAP = n_(
    "Nobody more often than every {days} day, over all surveys",
    "Nobody more often than every {days} days, over all surveys",
    "days",
)
NO_GAP = _("However lately somebody was asked")
WAVE = _("Each round begins a wave: “{name}”")


class House(NamedTuple):
    """What codes are called: branches, tiers and touchpoints, by their codes; and the currency."""

    branches: Mapping[str, str]
    tiers: Mapping[str, str]
    touchpoints: Mapping[str, str]
    categories: tuple[str, ...]
    currency: str


def house(connection: Connection, language: Language) -> House:
    """What the house has, as it is called in this language."""
    rules = programme.read(connection)
    return House(
        catalog.branch_names(connection),
        {each.code: named(each.name, each.names, language) for each in rules.tiers.levels},
        touchpoints.named_in(connection, language),
        catalog.categories(connection),
        rules.currency,
    )


def summary(rule: Rule, of: House, language: Language) -> list[str]:
    """What a rule says, phrase by phrase, as HTML."""
    return [render(text, language, values) for text, values in _phrases(rule, of)]


def reason(code: str, language: Language) -> str:
    """Why somebody was not asked, as HTML."""
    known = REASONS.get(code)
    return render(known, language) if known else str(reason_texts.why(code, language))


def _phrases(rule: Rule, of: House) -> Iterator[tuple[Text, dict[str, object]]]:
    yield _when(rule)
    if rule.branches:
        yield AT, {"places": _called(rule.branches, of.branches)}
    if rule.categories or rule.skus:
        yield GOODS, {"goods": (*rule.categories, *rule.skus)}
    if rule.least:
        yield LEAST, {"amount": Money(rule.least, of.currency)}
    if rule.case_kinds:
        yield (
            CASES,
            {"kinds": tuple(case_texts.KINDS[kind] for kind in rule.case_kinds if kind in case_texts.KINDS)},
        )
    if rule.touchpoints:
        yield ABOUT, {"touchpoints": _called(rule.touchpoints, of.touchpoints)}
    yield from _who(rule.who, of)
    match rule.share:
        case 100:
            yield EVERYBODY, {}
        case 50:
            yield EVERY_SECOND, {}
        case share:
            yield SHARE, {"share": f"{share}%"}
    yield (GAP, {"days": rule.gap_days}) if rule.gap_days else (NO_GAP, {})
    if rule.wave:
        yield WAVE, {"name": rule.wave}


def _when(rule: Rule) -> tuple[Text, dict[str, object]]:
    if rule.cause == "every":
        return EVERY if rule.months > 1 else EVERY_MONTH, {
            "count": rule.months,
            "day": rule.day,
            "time": dt.time(rule.hour),
        }
    if rule.cause == "hand":
        return (ON_DAY, {"day": rule.day, "time": dt.time(rule.hour)}) if rule.day else (NOW, {})
    days, hours = divmod(rule.delay_hours, DAY_HOURS)
    if not rule.delay_hours:
        return AT_ONCE[rule.cause], {}
    return (HOURS[rule.cause], {"count": rule.delay_hours}) if hours else (DAYS[rule.cause], {"count": days})


def _who(who: Who, of: House) -> Iterator[tuple[Text, dict[str, object]]]:
    if who.kinds:
        yield KINDS, {"kinds": tuple(customers_texts.KINDS[k] for k in who.kinds if k in customers_texts.KINDS)}
    if who.languages:
        names = service_texts.LANGUAGES
        yield LANGUAGES, {"languages": tuple(names[each] for each in who.languages if each in names)}
    if who.tiers:
        yield TIERS, {"tiers": _called(who.tiers, of.tiers)}
    if who.tags:
        yield TAGS, {"tags": who.tags}
    if who.branches:
        yield BOUGHT, {"places": _called(who.branches, of.branches), "days": who.bought_days}


def _called(codes: tuple[str, ...], names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(names.get(code, code) for code in codes)
