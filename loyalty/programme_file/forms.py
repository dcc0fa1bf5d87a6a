"""What the types of `loyalty.programme` say about a file: its keys, and the bounds of its values."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from functools import cache
from typing import Any

from loyalty.programme import Hours, Part, Programme
from written.forms import types_of, unwrapped

# A text that people read, and where it stands in other languages: in the file both are one key.
SPOKEN = {"name": "names", "about": "abouts"}
NAMING = ("code", "sku", "category", "name")  # the first of them that an item of a list has names it


@cache
def keys_of(kind: type[Part]) -> tuple[str, ...]:
    """The keys that a part of the file may have."""
    return tuple(name for name in types_of(kind) if name not in SPOKEN.values())


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


def is_money(kind: Any) -> bool:
    """Whether a type is an amount of money, which the file has as a decimal."""
    meta = unwrapped(kind)[1]
    return bool(meta and meta.extra and meta.extra["form"] == "money")
