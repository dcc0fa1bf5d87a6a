"""Segments to begin with: by an address that names one, or a stage, a buying segment, a tag, another segment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy.engine import Connection

from console.staff.segments_texts import STARTERS
from locales import Language, render
from locales.text import ISOLATE, POP
from loyalty import programme
from loyalty.programme import named
from outreach.segments import checks
from outreach.segments.definition import EVERYBODY, Condition
from outreach.segments.facts import FACTS
from outreach.segments.problem import ConditionWrong
from store import catalog, segments
from talk.split import plain

DAYS = 90
ASKED = ("stage", "rfm", "tier", "language", "kind")  # facts that an address may name with a value
_ALONE = str.maketrans("", "", ISOLATE + POP)  # what keeps values apart in a sentence, not in a name
CONSENTED = {"fact": "news", "op": "is", "value": "granted"}


class Starter(NamedTuple):
    """A condition to begin with, and what it is called."""

    key: str
    name: Markup
    condition: Any


def offered(connection: Connection, language: Language) -> list[Starter]:
    """Those for which the house has what they need."""
    return list(_offered(connection, language))


def begun(connection: Connection, asked: Mapping[str, str], language: Language) -> tuple[str, Condition]:
    """A name and a condition to begin with, as an address asks: `?starter=birthday`, `?stage=at_risk`, `?tag=vip`,
    `?like=PUBLIC_ID`; everybody where it asks for nothing that there is.
    """
    currency = programme.read(connection).currency
    for starter in offered(connection, language) if "starter" in asked else ():
        if starter.key == asked["starter"]:
            return plain(starter.name).translate(_ALONE), checks.read(starter.condition, currency)
    like = segments.find(connection, asked["like"]) if "like" in asked else None
    document = like.condition if like and like.condition is not None else {"all": list(_asked(asked))}
    try:
        return "", checks.read(document, currency)
    except ConditionWrong:
        return "", EVERYBODY


def _asked(asked: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    yield from ({"fact": name, "op": "is", "value": asked[name]} for name in ASKED if name in asked)
    if "tag" in asked:
        yield {"fact": "tags", "op": "has", "value": [asked["tag"]]}


def _offered(connection: Connection, language: Language) -> Iterator[Starter]:
    def starter(key: str, *tests: dict[str, Any], **values: str) -> Starter:
        name = Markup(render(STARTERS[key], language, values))  # noqa: S704 - rendered
        return Starter(key, name, {"all": list(tests)})

    yield starter("new_agreed", {"fact": "stage", "op": "is", "value": "new"}, CONSENTED)
    at_risk = {"fact": "stage", "op": "is", "value": "at_risk"}
    if levels := programme.read(connection).tiers.levels:
        top = max(levels, key=lambda level: level.threshold)
        tier = {"fact": "tier", "op": "is", "value": top.code}
        yield starter("at_risk_top", at_risk, tier, tier=named(top.name, top.names, language))
    yield starter("birthday", {"fact": "birthday", "op": "coming", "value": 30}, CONSENTED)
    if categories := catalog.categories(connection):
        bought = {"fact": "bought", "op": "did", "category": [categories[0]], "within": DAYS}
        yield starter("category", bought, category=categories[0])
    reachable = {"fact": "reachable", "op": "has", "value": list(FACTS["reachable"].choices)}
    yield starter("silent", {"fact": "last_purchase", "op": "not_within", "value": DAYS}, CONSENTED, reachable)
    never = {"fact": "bought", "op": "did_not"}
    yield starter("never", {"fact": "account", "op": "is", "value": True}, never)
