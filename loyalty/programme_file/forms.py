"""What the types of `loyalty.programme` say about a file: its keys, and the bounds of its values."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import Meta

from loyalty.programme import Hours, Part, Programme
from written.problems import Wrong

T = TypeVar("T")

# A text that people read, and where it stands in other languages: in the file both are one key.
SPOKEN = {"name": "names", "about": "abouts"}
NAMING = ("code", "sku", "category", "name")  # the first of them that an item of a list has names it


@cache
def types_of(kind: type[Part]) -> dict[str, Any]:
    """The type of each field."""
    return typing.get_type_hints(kind, include_extras=True)


@cache
def keys_of(kind: type[Part]) -> tuple[str, ...]:
    """The keys that a part of the file may have."""
    return tuple(name for name in types_of(kind) if name not in SPOKEN.values())


@cache
def required_of(kind: type[Part]) -> tuple[str, ...]:
    """The keys that a part of the file must have."""
    return tuple(field.name for field in msgspec.structs.fields(kind) if field.required)


def unwrapped(kind: Any) -> tuple[Any, Meta | None]:
    """A type without its bounds and without None, and the bounds."""
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        kind = next(each for each in typing.get_args(kind) if each is not type(None))
    if typing.get_origin(kind) is typing.Annotated:
        plain, *notes = typing.get_args(kind)
        return plain, next((note for note in notes if isinstance(note, Meta)), None)
    return kind, None


def is_part(kind: Any) -> bool:
    """Whether a type is a part of the document with keys of its own."""
    return isinstance(kind, type) and issubclass(kind, Part) and kind is not Hours


def every_key(kind: type[Part] = Programme, within: str = "") -> Iterator[str]:
    """Every key of the file by its whole path; a list's items are marked with []."""
    for name in keys_of(kind):
        found, _meta = unwrapped(types_of(kind)[name])
        path = f"{within}{name}"
        yield path
        item = next(iter(typing.get_args(found)), None)
        if is_part(found):
            yield from every_key(found, f"{path}.")
        elif item is not None and is_part(unwrapped(item)[0]):
            yield from every_key(unwrapped(item)[0], f"{path}[].")


def bounded(value: T, meta: Meta | None) -> T:
    """The value, if it is within its bounds. Raises Wrong."""
    if meta is None:
        return value
    number: Any = value
    if meta.ge is not None and meta.le is not None and not meta.ge <= number <= meta.le:
        raise Wrong(f"a number from {meta.ge:,} to {meta.le:,} is expected; it says {value}")
    if meta.max_length is not None and len(number) > meta.max_length:
        raise Wrong(f"the text has {len(number)} letters; {meta.max_length} are the most")
    if meta.pattern is not None and not re.fullmatch(meta.pattern, number):
        raise Wrong(f"a code of at most 32 letters (a-z), digits, - and _ is expected; it says “{value}”")
    return value


def is_money(kind: Any) -> bool:
    """Whether a type is an amount of money, which the file has as a decimal."""
    meta = unwrapped(kind)[1]
    return bool(meta and meta.extra and meta.extra["form"] == "money")
