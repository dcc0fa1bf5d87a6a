"""A programme from a file's keys and values, by the types of `loyalty.programme`.

What is wrong is gathered, not raised, and stays at its default meanwhile, so that all the rest is still looked at.
"""

from __future__ import annotations

import datetime as dt
import typing
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Literal, TypeVar

from locales import LANGUAGES
from loyalty.programme import Country, Hours, Interval, Part, Programme
from loyalty.programme_file import values
from loyalty.programme_file.forms import NAMING, SPOKEN, is_money, is_named, is_part, keys_of
from written.forms import bounded, required_of, types_of, unwrapped
from written.nodes import Keyed, Listed, Node, Single
from written.notes import Notes, Path, items, once, pairs, single
from written.problems import Wrong
from written.values import one_of, truth, whole

P = TypeVar("P", bound=Part)

READERS: Mapping[Any, Callable[[str], Any]] = {
    int: whole,
    Decimal: values.multiplier,
    bool: truth,
    dt.date: values.day,
    dt.time: values.clock,
    Interval: values.interval,
    str: str,
}
NAMED: Mapping[Any, str] = {  # what is expected where values stand under keys of the writer's choice
    Country: "codes of countries are expected here, such as MY, each with its own keys below it",
    int: "keys with numbers are expected here, such as “offer: 2”",
}
# A required value that cannot be read, until its problem is told.
STAND_INS: Mapping[Any, Any] = {int: 0, str: "", Decimal: Decimal(1)}


class Reader(Notes):
    """Reads one file: `problems` are those found so far."""

    def __init__(self) -> None:
        super().__init__()
        self._currency = Programme().currency

    def programme(self, found: Keyed) -> Programme:
        """The programme that the file says; it is good for nothing while there are problems."""
        for key, node in found.pairs:  # what amounts of money mean before it comes
            if key.text == "currency" and isinstance(node, Single):
                self._currency = node.text or self._currency
        return self._part(Programme, found, ())

    def _part(self, kind: type[P], node: Node, path: Path) -> P:
        if not isinstance(node, Keyed):
            names = ", ".join(keys_of(kind))
            raise Wrong(f"keys are expected here, each with a colon, a space and its value: {names}")
        given: dict[str, Any] = {}
        for key, value in self.known_pairs(node, path, keys_of(kind)):
            with self.at(key.line, (*path, key.text)) as here:
                given |= self._field(kind, key.text, value, here)
        for name in required_of(kind):
            if name not in given:
                if not self.stands((*path, name)):
                    self.note(node.line, path, f"{name} is missing")
                given[name] = STAND_INS[unwrapped(types_of(kind)[name])[0]]
        return kind(**given)

    def _field(self, kind: type[Part], name: str, node: Node, path: Path) -> dict[str, Any]:
        expected = types_of(kind)[name]
        if SPOKEN.get(name) not in types_of(kind):
            return {name: self._value(expected, node, path)}
        english, others = self._spoken(expected, node, path)
        return {name: english, SPOKEN[name]: others}

    def _value(self, kind: Any, node: Node, path: Path) -> Any:
        money = is_money(kind)
        kind, meta = unwrapped(kind)
        if kind is Hours:
            return self._hours(node, path)
        if is_part(kind):
            return self._part(kind, node, path)
        if is_named(kind):
            return self._named(typing.get_args(kind)[1], node, path)
        if typing.get_origin(kind) is tuple and kind != Interval:
            return self._list(typing.get_args(kind)[0], node, path)
        text = single(node)
        return bounded(values.amount(text, self._currency) if money else _read(kind, text), meta)

    def _list(self, kind: Any, node: Node, path: Path) -> tuple[Any, ...]:
        if kind is int:  # the only numbers that come in lists are weekdays
            return tuple(sorted({day for item in items(node) for day in values.weekdays(single(item))}))
        if is_part(unwrapped(kind)[0]) and not isinstance(node, Listed):
            raise Wrong("a list is expected here: begin each of its items with a dash (-)")
        found = []
        for place, item in enumerate(items(node)):
            self.name((*path, place), _name_of(item, place))
            with self.at(item.line, (*path, place)) as here:
                found.append(self._value(kind, item, here))
        return tuple(found)

    def _named(self, kind: Any, node: Node, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs(node, NAMED[unwrapped(kind)[0]]):
            with self.at(key.line, (*path, key.text)) as here:
                once(key.text, found)
                found[key.text] = self._value(kind, value, here)
        return found

    def _spoken(self, kind: Any, node: Node, path: Path) -> tuple[str, dict[str, str] | None]:
        """A text, or one for each language."""
        meta = unwrapped(kind)[1]
        if isinstance(node, Single):
            return bounded(node.text, meta), None
        found: dict[str, str] = {}
        for key, value in pairs(node, f"a text is expected here, or one for each of {', '.join(LANGUAGES)}"):
            with self.at(key.line, (*path, key.text)):
                if key.text not in LANGUAGES:
                    raise Wrong(f"this is no language here; they are {', '.join(LANGUAGES)}")
                once(key.text, found)
                found[key.text] = bounded(single(value), meta)
        if not found.get("en"):
            raise Wrong("the English text (en) is missing; it stands in for languages that have none")
        return found.pop("en"), {language: text for language, text in found.items() if text} or None

    def _hours(self, node: Node, path: Path) -> Hours:
        if not isinstance(node, Keyed):  # the same every day
            return Hours(week=(_intervals(node),) * 7)
        week: dict[int, tuple[Interval, ...]] = {}
        days: dict[str, tuple[Interval, ...]] = {}
        for key, value in node.pairs:
            with self.at(key.line, (*path, key.text)) as here:
                if key.text == "days":
                    self._days(days, value, here)
                else:
                    _set(week, values.weekdays(key.text), value)
        return Hours(week=tuple(week.get(day, ()) for day in range(7)) if week else (), days=days)

    def _days(self, days: dict[str, tuple[Interval, ...]], node: Node, path: Path) -> None:
        for key, value in pairs(node, "days are expected here, each with its hours: “2026-12-25: closed”"):
            with self.at(key.line, (*path, key.text)):
                _set(days, values.days(key.text), value)


def _read(kind: Any, text: str) -> Any:
    if typing.get_origin(kind) is not Literal:
        return READERS[kind](text)
    return one_of(text, typing.get_args(kind))


def _intervals(node: Node) -> tuple[Interval, ...]:
    return values.intervals(", ".join(single(item) for item in items(node)))


K = TypeVar("K", int, str)


def _set(hours: dict[K, tuple[Interval, ...]], days: list[K], node: Node) -> None:
    for day in days:
        if day in hours:
            name = values.WEEKDAYS[day] if isinstance(day, int) else day
            raise Wrong(f"the hours of {name} stand here twice")
        hours[day] = _intervals(node)


def _name_of(item: Node, place: int) -> str:
    pairs = item.pairs if isinstance(item, Keyed) else ()
    found = {key.text: value.text for key, value in pairs if isinstance(value, Single)}
    named = next((found[key] for key in NAMING if found.get(key)), f"no. {place + 1}")
    return item.text if isinstance(item, Single) else named
