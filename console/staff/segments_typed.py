"""What stands in the builder, read: the condition that it says, or what is wrong with which of its parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy.engine import Connection

from console.staff.segments_forms import begun, fact_of, place_of, settled, written
from console.staff.segments_texts import CHOOSE_FACT, SAID
from console.staff.segments_tree import Group, Part, Place, Row, at
from console.staff.segments_tree import typed as parts_typed
from locales import Language, render
from loyalty import programme
from outreach.segments import references
from outreach.segments.checks import read
from outreach.segments.definition import Condition
from outreach.segments.problem import ConditionWrong, Problem


class Typed(NamedTuple):
    """What stands in the builder: its parts, and either the condition that they say or what is wrong, by place."""

    whole: Group
    condition: Condition | None = None
    problems: Mapping[Place, Sequence[Problem]] = {}


class Trouble(NamedTuple):
    """What to do about a part; `begun` unless nothing was filled in there yet."""

    words: Sequence[Markup]
    begun: bool


def typed(connection: Connection, form: Mapping[str, str]) -> Typed:
    """What a form of the builder says."""
    whole = _settled(parts_typed(form))
    assert isinstance(whole, Group)
    currency = programme.read(connection).currency
    document, places = written(whole, currency)
    try:
        condition = read(document, currency)
        references.hold(connection, condition)
        return Typed(whole, condition)
    except ConditionWrong as wrong:
        problems: dict[Place, list[Problem]] = defaultdict(list)
        for each in wrong.problems:
            problems[place_of(places, each.path)[0]].append(each)
        return Typed(whole, None, problems)


def said(found: Typed, language: Language) -> dict[Place, Trouble]:
    """What is to be done about each part that is not complete, as it is said to who fills the form in."""
    return {place: _said(at(found.whole, place), problems, language) for place, problems in found.problems.items()}


def _said(part: Part | None, problems: Sequence[Problem], language: Language) -> Trouble:
    if isinstance(part, Row) and fact_of(part) is None:
        return Trouble([Markup(render(CHOOSE_FACT, language))], bool(part.fields.get("fact")))  # noqa: S704 - ours
    words = [Markup(render(SAID.get(each.text, each.text), language, each.values)) for each in problems]  # noqa: S704
    return Trouble(list(dict.fromkeys(words)), not isinstance(part, Row) or begun(part))


def _settled(part: Part) -> Part:
    return settled(part) if isinstance(part, Row) else Group(part.how, tuple(map(_settled, part.parts)))
