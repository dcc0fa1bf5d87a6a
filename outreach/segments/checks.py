"""Documents read into conditions, strictly: every problem is found, and says where it stands.

Groups and tests are counted while they are read, so that a hostile document is refused at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any, NoReturn

from locales import Text, _
from outreach.segments import values
from outreach.segments.definition import DEEPEST, DETAILS, MOST_TESTS, All, Condition, Either, Not, Test
from outreach.segments.facts import FACTS, Fact, Operator
from outreach.segments.problem import ConditionWrong, Path, Problem
from outreach.segments.values import ONE_OF, Wrong

MOST_PROBLEMS = 20
MOST_PARTS = 4 * MOST_TESTS  # groups and tests together
SHOWN = 40  # letters of what is not understood
GROUPS = ("all", "any", "not")

NO_GROUP = _("A condition is expected: a group ({groups}), or a test with a fact.")
MIXED = _("A group has one key alone: {groups}.")
NO_LIST = _("A list is expected.")
EMPTY = _("At least one condition is needed here.")
DEEP = _("This goes too deep: groups may be nested {number} deep.")
MANY_TESTS = _("There are too many conditions: {number} are the most.")
MEANT = _("There is no {name} here. Did you mean {meant}?")
NO_KEY = _("There is no {name} here. There are: {names}.")
NEEDED = _("It is missing.")
ONE_TIME = _("Say either within how many days, or since and before which day.")


def read(document: Any, currency: str = "") -> Condition:
    """The condition that a document (plain JSON) says. Raises ConditionWrong.

    Amounts have as many decimals as `currency` has; none is named of a document that was read before.
    """
    reading = _Reading(currency)
    try:
        condition = reading.condition((), document, 0)
    except _Enough:
        condition = None
    if reading.problems or condition is None:
        raise ConditionWrong(reading.problems)
    return condition


def closest(name: str, known: Iterable[str]) -> str:
    """The known name that was probably meant; empty: none is like it."""
    return next(iter(get_close_matches(name[:SHOWN], list(known), 1)), "")


class _Enough(Exception):
    """What comes after is not looked at."""


class _Reading:
    """One document being read."""

    def __init__(self, currency: str) -> None:
        self.problems: list[Problem] = []
        self._currency = currency
        self._parts = self._tests = 0

    def condition(self, path: Path, node: Any, depth: int) -> Condition | None:
        """The condition that stands here; None where it is wrong."""
        self._parts += 1
        if self._parts > MOST_PARTS:
            self._end(path)
        keys = [key for key in GROUPS if isinstance(node, dict) and key in node]
        if not isinstance(node, dict) or not (keys or "fact" in node):
            self._say(path, NO_GROUP, groups=", ".join(GROUPS))
        elif not keys:
            return self._test(path, node)
        elif len(node) > 1:
            self._say(path, MIXED, groups=", ".join(GROUPS))
        elif depth >= DEEPEST:
            self._say(path, DEEP, number=DEEPEST)
        else:
            return self._group((*path, keys[0]), node[keys[0]], depth + 1)
        return None

    def _group(self, path: Path, node: Any, depth: int) -> Condition | None:
        if path[-1] == "not":
            negated = self.condition(path, node, depth)
            return Not(negated) if negated is not None else None
        if not isinstance(node, list):
            self._say(path, NO_LIST)
        elif not node and path != ("all",):
            self._say(path, EMPTY)
        else:
            read = [self.condition((*path, place), each, depth) for place, each in enumerate(node)]
            parts = tuple(each for each in read if each is not None)
            return All(parts) if path[-1] == "all" else Either(parts)
        return None

    def _test(self, path: Path, node: dict[str, Any]) -> Test | None:
        self._tests += 1
        if self._tests > MOST_TESTS:
            self._end(path)
        fact = FACTS.get(name) if isinstance(name := node["fact"], str) else None
        if fact is None:
            self._unknown((*path, "fact"), name, FACTS)
            return None
        operator = fact.form.operator(name) if isinstance(name := node.get("op"), str) else None
        if operator is None:
            self._unknown((*path, "op"), name, [each.name for each in fact.form.operators])
            return None
        before = len(self.problems)
        fields = self._fields(path, node, fact, operator)
        return Test(fact.name, operator.name, **fields) if len(self.problems) == before else None

    def _fields(self, path: Path, node: dict[str, Any], fact: Fact, operator: Operator) -> dict[str, Any]:
        known = ("fact", "op", "value", *fact.details)
        for key in node:
            if key not in known:
                self._say((*path, str(key)[:SHOWN]), NO_KEY, name=str(key)[:SHOWN], names=", ".join(known))
        given = node.get("value")
        found = {"value": self._read((*path, "value"), lambda: values.value(fact, operator, given, self._currency))}
        for key in (key for key in DETAILS if key in fact.details):
            if key in node:
                found[key] = self._read((*path, key), lambda: values.detail(key, node[key], self._currency))  # noqa: B023
            elif key in ("survey", "question"):
                self._say((*path, key), NEEDED)
        if "within" in node and ("since" in node or "before" in node):
            self._say((*path, "within"), ONE_TIME)
        return found

    def _read(self, path: Path, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except Wrong as wrong:
            self._say(path, wrong.text, **wrong.values)

    def _unknown(self, path: Path, name: Any, known: Iterable[str]) -> None:
        """Name what was meant, or everything that there is."""
        shown = name[:SHOWN] if isinstance(name, str) else ""
        if meant := closest(shown, known):
            self._say(path, MEANT, name=shown, meant=meant)
        else:
            self._say(path, ONE_OF, names=", ".join(known))

    def _say(self, path: Path, text: Text, **values: Any) -> None:
        self.problems.append(Problem(path, text, values))
        if len(self.problems) >= MOST_PROBLEMS:
            raise _Enough

    def _end(self, path: Path) -> NoReturn:
        self._say(path, MANY_TESTS, number=MOST_TESTS)
        raise _Enough
