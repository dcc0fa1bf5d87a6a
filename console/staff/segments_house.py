"""What the house has that conditions name, as it is called in a language."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from sqlalchemy.engine import Connection

from console.staff.segments_tree import Group, Part
from console.staff.segments_words import FIXED, Called
from locales import Language, Text
from loyalty import programme
from loyalty.programme import named
from outreach.segments import countries
from outreach.segments.definition import Condition, tests_of
from store import campaigns, catalog, customer_pages, joins, segments, tags
from store import surveys as kept_surveys
from store.campaigns import Campaign
from surveys import library
from surveys.definition import SCALES, Survey
from surveys.texts import said

STATES = (*campaigns.AT_WORK, campaigns.DRAFT, campaigns.WAITING, campaigns.DONE, campaigns.CANCELLED)
MOST_CAMPAIGNS = 1_000
MOST_SHOWN = 40  # tags and products that are offered; others are written


def called(connection: Connection, language: Language, conditions: Collection[Condition]) -> Called:
    """What the values in these conditions are called."""
    asked = {test.survey for each in conditions for test in tests_of(each) if test.survey}
    return _called(connection, language, asked)


def offered(connection: Connection, language: Language, whole: Group) -> Called:
    """The same for what stands in the builder, with what else can be chosen there."""
    found = _called(connection, language, set(_surveys(whole)))
    products = catalog.products_after(connection, "", MOST_SHOWN)
    more = {
        "tags": {tag: tag for tag in tags.beginning(connection, "", MOST_SHOWN)},
        "sources": {source: _source(source) for source in customer_pages.sources(connection)},
        "categories": {each: each for each in catalog.categories(connection)},
        "products": {each.sku: named(each.name, each.names, language) for each in products},
    }
    return found._replace(names={**found.names, **more})


def _called(connection: Connection, language: Language, asked: Collection[str]) -> Called:
    rules = programme.read(connection)
    names: dict[str, Mapping[str, Text | str]] = {
        **FIXED,
        "country": countries.names(language),
        "tiers": {each.code: named(each.name, each.names, language) for each in rules.tiers.levels},
        "branches": catalog.branch_names(connection),
        "lists": {each.public_id: each.name for each in segments.every(connection) if each.condition is None},
        "campaigns": {each.public_id: each.name for each in every_campaign(connection)},
        "surveys": {each.code: said(each.names, language, "en") for each in kept_surveys.every(connection)},
    }
    for code in asked:
        if published := library.published(connection, code):
            names[f"questions:{code}"] = dict(_questions(published.survey, language))
    return Called(rules.currency, names)


def every_campaign(connection: Connection) -> list[Campaign]:
    """The campaigns, what was changed last before the others, without their long documents."""
    return campaigns.listed(connection, STATES, MOST_CAMPAIGNS)


def _questions(survey: Survey, language: Language) -> Iterator[tuple[str, str]]:
    """The questions that are answered with a number, each row of a matrix by itself."""
    for question in survey.questions:
        label = said(question.texts, language, survey.language) or question.key
        if question.rows:
            yield from (
                (f"{question.key}.{row.key}", f"{label} · {said(row.texts, language, survey.language) or row.key}")
                for row in question.rows
            )
        elif question.kind in SCALES or question.kind == "number":
            yield question.key, label


def _surveys(part: Part) -> Iterator[str]:
    if isinstance(part, Group):
        for each in part.parts:
            yield from _surveys(each)
    elif survey := part.fields.get("survey"):
        yield survey


def _source(source: str) -> str:
    poster = joins.poster_of(source)
    return f"{poster.branch} · {poster.language}" if poster else source
