"""What conditions name of the business: tiers, branches, lists, campaigns, surveys and their questions.

A name that nothing has makes a test that is never true. That is refused when a condition is written; one that was
written before, and whose tier or list is no more, goes on to mean nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy.engine import Connection

from locales import _
from loyalty import programme
from outreach.segments.checks import MEANT, closest
from outreach.segments.definition import Condition, Either, Not, Test, parts_of
from outreach.segments.facts import FACTS
from outreach.segments.problem import ConditionWrong, Path, Problem
from outreach.segments.values import ONE_OF
from store import campaigns, catalog, segments, surveys

NOTHING = _("There is nothing yet that could be named here.")
MOST_NAMED = 20


def hold(connection: Connection, condition: Condition) -> None:
    """Raises ConditionWrong when the condition names what there is not."""
    if problems := list(_Known(connection).problems(condition)):
        raise ConditionWrong(problems)


def placed(condition: Condition, path: Path = ()) -> Iterator[tuple[Path, Test]]:
    """Every test with the way that leads there."""
    if isinstance(condition, Test):
        yield path, condition
        return
    key = "not" if isinstance(condition, Not) else "any" if isinstance(condition, Either) else "all"
    for place, part in enumerate(parts_of(condition)):
        yield from placed(part, (*path, key) if key == "not" else (*path, key, place))


class _Known:
    """What there is, looked up when it is first named."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._found: dict[str, Sequence[str]] = {}

    def problems(self, condition: Condition) -> Iterator[Problem]:
        """Every name that nothing has."""
        for path, test in placed(condition):
            for key, source, names in _named(test):
                known = self._names(source)
                if key == "question" and test.survey not in self._names("surveys"):
                    continue  # it was said of the survey
                for name in names:
                    if name not in known:
                        yield _problem((*path, key), name, known)

    def _names(self, source: str) -> Sequence[str]:
        if source not in self._found:
            self._found[source] = self._look(source)
        return self._found[source]

    def _look(self, source: str) -> Sequence[str]:
        connection = self._connection
        if source == "tiers":
            return [tier.code for tier in programme.read(connection).tiers.levels]
        if source == "branches":
            return list(catalog.branch_names(connection))
        if source == "lists":
            return [each.public_id for each in segments.every(connection) if each.condition is None]
        if source == "campaigns":
            return [each.public_id for each in campaigns.every(connection)]
        if source == "surveys":
            return [each.code for each in surveys.every(connection)]
        return list(_questions(surveys.versions(connection, source.partition(":")[2])))


def _named(test: Test) -> Iterator[tuple[str, str, Sequence[str]]]:
    """What a test names: under which key, of what there is, and the names."""
    fact = FACTS[test.fact]
    if fact.source and not fact.free and test.value:
        yield "value", fact.source, test.value if isinstance(test.value, tuple) else (test.value,)
    if test.branch:
        yield "branch", "branches", test.branch
    if test.survey:
        yield "survey", "surveys", (test.survey,)
        yield "question", f"questions:{test.survey}", (test.question,)


def _questions(versions: Sequence[surveys.Version]) -> Iterator[str]:
    """What the versions of a survey ask, each row of a matrix by itself."""
    for version in versions:
        for section in version.definition.get("sections", ()):
            for question in section.get("questions", ()):
                rows: list[dict[str, Any]] = question.get("rows", [])
                yield from (f"{question['key']}.{row['key']}" for row in rows)
                if not rows:
                    yield question["key"]


def _problem(path: Path, name: str, known: Sequence[str]) -> Problem:
    if not known:
        return Problem(path, NOTHING, {})
    if meant := closest(name, known):
        return Problem(path, MEANT, {"name": name, "meant": meant})
    return Problem(path, ONE_OF, {"names": ", ".join(sorted(set(known))[:MOST_NAMED])})
