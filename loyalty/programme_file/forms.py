"""What the types of `loyalty.programme` say about a file: its keys, and the bounds of its values."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from functools import cache
from typing import Any

from loyalty.programme import Hours, Part, Programme
from written.forms import types_of, unwrapped

# A text that people read, and where it stands in other languages: in the file both are one key.
SPOKEN = {"name": "names", "about": "abouts", "label": "labels"}
NAMING = ("code", "sku", "category", "name")  # the first of them that an item of a list has names it


@cache
def keys_of(kind: type[Part]) -> tuple[str, ...]:
    """The keys that a part of the file may have."""
    return tuple(name for name in types_of(kind) if name not in SPOKEN.values())


def is_part(kind: Any) -> bool:
    """Whether a type is a part of the document with keys of its own."""
    return isinstance(kind, type) and issubclass(kind, Part) and kind is not Hours


def every_key(kind: type[Part] = Programme, within: str = "") -> Iterator[str]:
    """Every key of the file by its whole path; a list's items are marked with [], a key of one's own is *."""
    for name in keys_of(kind):
        found, _meta = unwrapped(types_of(kind)[name])
        path = f"{within}{name}"
        yield path
        items = [unwrapped(item)[0] for item in typing.get_args(found)]
        if is_part(found):
            yield from every_key(found, f"{path}.")
        elif is_named(found) and is_part(items[1]):
            yield from every_key(items[1], f"{path}.*.")
        elif items and is_part(items[0]):
            yield from every_key(items[0], f"{path}[].")


def is_named(kind: Any) -> bool:
    """Whether a type is of values that stand under keys of the writer's choice."""
    return typing.get_origin(kind) is dict


def is_money(kind: Any) -> bool:
    """Whether a type is an amount of money, which the file has as a decimal."""
    meta = unwrapped(kind)[1]
    return bool(meta and meta.extra and meta.extra["form"] == "money")
