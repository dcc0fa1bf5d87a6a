"""What the types of a document say about its file: required keys, and the bounds of values."""

from __future__ import annotations

import re
import types
import typing
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import Meta

from written.problems import Wrong

T = TypeVar("T")


@cache
def types_of(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """The type of each field of a document's part."""
    return typing.get_type_hints(kind, include_extras=True)


@cache
def required_of(kind: type[msgspec.Struct]) -> tuple[str, ...]:
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
        raise Wrong(f"{meta.description} is expected; it says “{value}”")
    return value
