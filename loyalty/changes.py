"""What is different between two programmes, in the file's own words, for whoever is about to apply one."""

from __future__ import annotations

import datetime as dt
import typing
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from locales.formats import Money, money
from loyalty.programme import Hours, Interval, Part, Programme, decimals
from loyalty.programme_file.forms import NAMING, SPOKEN, is_money, is_named, is_part
from loyalty.programme_file.values import CLOSED, WEEKDAYS
from written.forms import types_of, unwrapped

UNSET = "—"


class Change(NamedTuple):
    """One difference: the keys that lead there, and the values as a file would have them."""

    where: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.where}: {self.before} → {self.after}"


def changes(before: Programme, after: Programme) -> list[Change]:
    """Every difference, in the order of the file."""
    found = _of_part(before, after, "", (before.currency, after.currency))
    return [each for each in found if each.before != each.after]  # the usual value, written out, is no other one


Currencies: typing.TypeAlias = tuple[str, str]


def _of_part(before: Part, after: Part, within: str, currencies: Currencies) -> Iterator[Change]:
    for name, kind in types_of(type(after)).items():
        old, new = getattr(before, name), getattr(after, name)
        where = f"{within}{name}"
        plain = unwrapped(kind)[0]
        items = [unwrapped(each)[0] for each in typing.get_args(plain)]
        if old == new and not (is_money(kind) and currencies[0] != currencies[1]):
            continue
        if is_part(plain):
            yield from _of_part(old, new, f"{where} › ", currencies)
        elif plain is Hours:
            yield from _of_texts(_hours(old), _hours(new), where)
        elif is_named(plain) and is_part(items[1]):
            yield from _of_named(items[1], old, new, where, currencies)
        elif items and is_part(items[0]):
            yield from _of_list(old, new, where, currencies)
        elif name in SPOKEN.values():
            spoken = next(key for key, others in SPOKEN.items() if others == name)
            yield from _of_texts(old or {}, new or {}, f"{within}{spoken}")
        elif isinstance(new, Mapping):
            yield from _of_texts(old, new, where)
        elif is_money(kind):
            yield Change(where, *(_money(*each) for each in zip((old, new), currencies, strict=True)))
        elif name == "weekdays":
            yield Change(where, *(_said(tuple(WEEKDAYS[day][:3] for day in days)) for days in (old, new)))
        else:
            yield Change(where, _said(old), _said(new))


def _of_list(before: Iterable[Part], after: Iterable[Part], where: str, currencies: Currencies) -> Iterator[Change]:
    old, new = (_by_name(parts) for parts in (before, after))
    for name, part in new.items():
        if name not in old:
            yield Change(f"{where} › {name}", UNSET, _summary(part))
        else:
            yield from _of_part(old[name], part, f"{where} › {name} › ", currencies)
    for name, part in old.items():
        if name not in new:
            yield Change(f"{where} › {name}", _summary(part), UNSET)


def _of_named(
    kind: type[Part], before: Mapping[str, Part], after: Mapping[str, Part], where: str, currencies: Currencies
) -> Iterator[Change]:
    """Of parts by names of their own, where one that is not there asks for nothing."""
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name) or kind(), after.get(name) or kind()
        yield from _of_part(old, new, f"{where} › {name} › ", currencies)


def _of_texts(before: Mapping[str, Any], after: Mapping[str, Any], where: str) -> Iterator[Change]:
    for key in dict.fromkeys([*before, *after]):
        if before.get(key) != after.get(key):
            yield Change(f"{where} › {key}", *(_said(each.get(key)) for each in (before, after)))


def _money(minor: int, currency: str) -> str:
    return money(Money(minor or 10 ** decimals(currency), currency), "en")


def _by_name(parts: Iterable[Part]) -> dict[str, Part]:
    """A list's items by what they are told by; of those with the same name the later ones are counted."""
    found: dict[str, Part] = {}
    seen: dict[str, int] = {}
    for part in parts:
        name = next(str(getattr(part, key)) for key in NAMING if getattr(part, key, ""))
        seen[name] = seen.get(name, 0) + 1
        found[name if seen[name] == 1 else f"{name} ({seen[name]})"] = part
    return found


def _summary(part: Part) -> str:
    told = [
        getattr(part, "name", ""),
        *(_counted(part, key) for key in ("points", "threshold", "multiplier", "extra")),
    ]
    return ", ".join(each for each in told if each) or "new"


def _counted(part: Part, key: str) -> str:
    found = getattr(part, key, None)
    if found is None or found == (Decimal(1) if key == "multiplier" else 0):
        return ""
    return f"x {found}" if key == "multiplier" else f"{found:,} points"


def _hours(hours: Hours | None) -> dict[str, str]:
    if hours is None:
        return {}
    week = {name[:3]: _day(found) for name, found in zip(WEEKDAYS, hours.week, strict=False)}
    return week | {day: _day(found) for day, found in sorted(hours.days.items())}


def _day(intervals: tuple[Interval, ...]) -> str:
    return ", ".join(map(_said, intervals)) or CLOSED


def _said(value: Any) -> str:
    if value is None or value in ("", ()):
        return UNSET
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, tuple):
        times = all(isinstance(each, dt.time) for each in value)
        return ("-" if times else ", ").join(map(_said, value))
    return str(value)
