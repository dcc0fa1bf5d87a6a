"""Departments and touchpoints as they are named, asked for and changed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias, TypeVar

import msgspec
from sqlalchemy.engine import Connection

from loyalty.programme import named
from store import touchpoints as kept
from store.touchpoints import Department, Touchpoint

Named = TypeVar("Named", bound=Department | Touchpoint)
CODE = re.compile(r"[a-z][a-z0-9_]{0,31}")
LONGEST_NAME = 60
MOST = 40  # departments or touchpoints: more than buttons could offer


class Invalid(msgspec.Struct, frozen=True, tag=True):
    """Nothing was saved; `why` is code, name, department (there is no such), or many."""

    why: str
    code: str = ""


Saved: TypeAlias = Invalid | None


def every(connection: Connection) -> tuple[Touchpoint, ...]:
    """The touchpoints that are in use, in their order."""
    return tuple(each for each in kept.read_touchpoints(connection) if each.active)


def departments(connection: Connection) -> tuple[Department, ...]:
    """The departments that are in use, in their order."""
    return tuple(each for each in kept.read_departments(connection) if each.active)


def department_of(connection: Connection, touchpoint: str) -> str:
    """The code of the department that answers for a touchpoint; empty where nobody does."""
    return next((each.department for each in kept.read_touchpoints(connection) if each.code == touchpoint), "")


def name_of(names: Mapping[str, str], language: str) -> str:
    """The name in this language, else in English, else in any."""
    return named(names.get("en") or next(iter(names.values()), ""), names, language)


def named_in(connection: Connection, language: str) -> dict[str, str]:
    """What every touchpoint is called in this language, by its code, closed ones too: cases keep their names."""
    return {each.code: name_of(each.names, language) for each in kept.read_touchpoints(connection)}


def departments_in(connection: Connection, language: str) -> dict[str, str]:
    """What every department is called in this language, by its code, closed ones too."""
    return {each.code: name_of(each.names, language) for each in kept.read_departments(connection)}


def save_departments(connection: Connection, wanted: Sequence[Department]) -> Saved:
    """Set the departments and their order; one that is left out is closed, for cases and answers name it still."""
    if (invalid := _invalid(wanted)) is not None:
        return invalid
    for place, each in enumerate(_and_closed(wanted, kept.read_departments(connection)), start=1):
        kept.save_department(connection, each, place)
    return None


def save_touchpoints(connection: Connection, wanted: Sequence[Touchpoint]) -> Saved:
    """Set the touchpoints and their order; one that is left out is closed, for cases and answers name it still."""
    if (invalid := _invalid(wanted)) is not None:
        return invalid
    known = {"", *(each.code for each in kept.read_departments(connection))}
    stranger = next((each.code for each in wanted if each.department not in known), None)
    if stranger is not None:
        return Invalid("department", stranger)
    for place, each in enumerate(_and_closed(wanted, kept.read_touchpoints(connection)), start=1):
        kept.save_touchpoint(connection, each, place)
    return None


def _and_closed(wanted: Sequence[Named], known: Sequence[Named]) -> list[Named]:
    """What is wanted, then what is known and left out, closed."""
    codes = [each.code for each in wanted]
    return [*wanted, *(msgspec.structs.replace(each, active=False) for each in known if each.code not in codes)]


def _invalid(wanted: Sequence[Department | Touchpoint]) -> Invalid | None:
    if len(wanted) > MOST:
        return Invalid("many")
    codes = [each.code for each in wanted]
    for each in wanted:
        if not CODE.fullmatch(each.code) or codes.count(each.code) > 1:
            return Invalid("code", each.code)
        if not any(each.names.values()) or any(len(name) > LONGEST_NAME for name in each.names.values()):
            return Invalid("name", each.code)
    return None
