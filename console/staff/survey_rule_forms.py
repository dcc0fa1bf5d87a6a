"""A rule as it stands in its form: what was typed, read back with what is wrong about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from console.numbers import whole_number
from console.staff import amounts
from console.staff.access import Form
from console.staff.survey_inviting_texts import PROBLEMS, RULE
from console.staff.survey_rule_words import DAY_HOURS, House
from locales import LANGUAGES, Text
from store import tags
from surveys import rules
from surveys.rules import CASE_KINDS, Cause, Rule, Who

MOST_CODES, LONGEST_WAVE = 50, 48
_BOUNDS = {"months": (1, 24), "hour": (0, 23), "share": (1, 100), "gap_days": (0, 730), "bought_days": (1, 1_000)}
_EVENTS, _ROUNDS = ("purchase", "case", "conversation"), ("every", "hand")


class Wrong(NamedTuple):
    """What is wrong with a field, and what stands in the sentence."""

    field: str
    text: Text
    values: Mapping[str, object] = {}


def read(form: Form, cause: Cause, of: House, kinds: Iterable[str], today: dt.date) -> tuple[Rule, list[Wrong]]:
    """The rule that a form means, and what is wrong with it; `kinds` are those that the survey is for."""
    wrong: list[Wrong] = []
    numbers = {name: _number(form, name, cause, wrong) for name in _BOUNDS}
    bought_days = numbers.pop("bought_days")
    who = Who(
        kinds=_ticked(form, "kind", kinds),
        languages=_ticked(form, "language", LANGUAGES),
        tiers=_ticked(form, "tier", of.tiers),
        tags=_listed(form, "tags", wrong, clean=True),
        branches=_ticked(form, "bought", of.branches),
        bought_days=bought_days,
    )
    rule = Rule(
        cause=cause,
        delay_hours=_delay(form, cause, wrong),
        branches=_ticked(form, "branch", of.branches),
        categories=_ticked(form, "category", of.categories),
        skus=_listed(form, "skus", wrong),
        least=_least(form, of, wrong),
        case_kinds=_ticked(form, "case", CASE_KINDS),
        touchpoints=_ticked(form, "touchpoint", of.touchpoints),
        day=_day(form, wrong),
        who=who,
        wave=" ".join(form.get("wave", "").split())[:LONGEST_WAVE],
        **numbers,
    )
    rule = rules.pruned(rule)
    wrong += [Wrong(name, PROBLEMS[f"{name}_{why}"]) for name, why in rules.problems(rule, today)]
    return rule, wrong


def typed(rule: Rule, of: House) -> dict[str, str]:
    """The fields of the form that says this rule."""
    days, hours = divmod(rule.delay_hours, DAY_HOURS)
    in_days = days and not hours
    fields = {
        "delay": str(days if in_days else rule.delay_hours),
        "unit": "days" if in_days else "hours",
        "skus": ", ".join(rule.skus),
        "least": amounts.plain(rule.least, of.currency) if rule.least else "",
        "months": str(rule.months),
        "day": rule.day.isoformat() if rule.day else "",
        "hour": str(rule.hour),
        "wave": rule.wave,
        "tags": ", ".join(rule.who.tags),
        "bought_days": str(rule.who.bought_days),
        "share": str(rule.share),
        "gap_days": str(rule.gap_days),
    }
    ticked = {
        "branch": rule.branches,
        "category": rule.categories,
        "case": rule.case_kinds,
        "touchpoint": rule.touchpoints,
        "kind": rule.who.kinds,
        "language": rule.who.languages,
        "tier": rule.who.tiers,
        "bought": rule.who.branches,
    }
    return fields | {f"{name}-{code}": "yes" for name, codes in ticked.items() for code in codes}


def _ticked(form: Form, name: str, codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(code for code in codes if f"{name}-{code}" in form)[:MOST_CODES]


def _listed(form: Form, name: str, wrong: list[Wrong], *, clean: bool = False) -> tuple[str, ...]:
    found = [tags.clean(each) if clean else each.strip() for each in form.get(name, "").split(",")]
    listed = tuple(dict.fromkeys(each for each in found if each))
    if len(listed) > MOST_CODES or any(len(each) > 64 for each in listed):
        wrong.append(Wrong(name, PROBLEMS["long"], {"field": RULE[name]}))
        return ()
    return listed


def _number(form: Form, name: str, cause: Cause, wrong: list[Wrong]) -> int:
    usual: Any = Who().bought_days if name == "bought_days" else getattr(Rule(cause=cause), name)
    if name not in form:
        return int(usual)
    found, (first, last) = whole_number(form[name]), _BOUNDS[name]
    if found is None or not first <= found <= last:
        wrong.append(Wrong(name, PROBLEMS[name]))
        return int(usual)
    return found


def _delay(form: Form, cause: Cause, wrong: list[Wrong]) -> int:
    usual = Rule(cause=cause).delay_hours
    if "delay" not in form or cause not in _EVENTS:
        return usual
    found = whole_number(form["delay"])
    hours = (found or 0) * (DAY_HOURS if form.get("unit") == "days" else 1)
    if found is None or hours > 90 * DAY_HOURS:
        wrong.append(Wrong("delay", PROBLEMS["delay"]))
        return usual
    return hours


def _least(form: Form, of: House, wrong: list[Wrong]) -> int:
    if not form.get("least", "").strip():
        return 0
    found = amounts.typed(form["least"], of.currency)
    if found is None:
        wrong.append(Wrong("least", PROBLEMS["least"], {"amount": amounts.example(of.currency)}))
    return found or 0


def _day(form: Form, wrong: list[Wrong]) -> dt.date | None:
    if not form.get("day", "").strip():
        return None
    try:
        return dt.date.fromisoformat(form["day"].strip())
    except ValueError:
        wrong.append(Wrong("day", PROBLEMS["day"]))
        return None
