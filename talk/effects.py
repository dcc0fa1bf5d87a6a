"""Effects: what a dialogue has done in the turn's transaction."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import msgspec

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

T = TypeVar("T")
P = ParamSpec("P")


def _nobody(_kind: str, _details: dict[str, str]) -> None:
    """The team does not listen."""


class Act(msgspec.Struct, frozen=True):
    """What an effect works with: the turn's transaction, whom it is for, and its idempotency key.

    `secret` is the house's key, for codes and signed links; `address` is where the world reaches our web pages.
    `identity_id` is where the contact speaks in this turn; `ways` are the channels beside chats that reach people.
    `tell` lets the team hear of something (its kind and details) once the turn has committed.
    """

    connection: Connection
    contact_id: int
    key: str
    now: dt.datetime
    language: str
    secret: bytes
    address: str
    identity_id: int = 0
    ways: frozenset[str] = frozenset()
    tell: Callable[[str, dict[str, str]], None] = _nobody


def lookup(effect: Callable[P, T]) -> Callable[P, T]:
    """Mark an effect that only reads: it runs without a savepoint, and a dialogue may be taken back across it."""
    effect.reads_only = True  # type: ignore[attr-defined]
    return effect


def revisable(effect: Callable[P, T]) -> Callable[P, T]:
    """Mark an effect that writes what a later run of it writes over: a dialogue may be taken back across it."""
    effect.revisable = True  # type: ignore[attr-defined]
    return effect


def can_be_revised(effect: Callable[..., Any]) -> bool:
    """Whether a dialogue may be taken back across the effect: a look-up, or marked as revisable."""
    return reads_only(effect) or getattr(effect, "revisable", False)


def reads_only(effect: Callable[..., Any]) -> bool:
    """Whether the effect is marked as a look-up."""
    return getattr(effect, "reads_only", False)


def typed_result(effect: Callable[..., Any], plain: Any) -> Any:
    """What the effect returned, from its JSON. Raises ValueError when it does not fit the effect's return type."""
    # JSON's objects have only text for keys; the result's type knows better.
    return msgspec.convert(plain, result_type(effect), str_keys=True)


@cache
def result_type(effect: Callable[..., Any]) -> Any:
    """The type an effect says it returns."""
    annotation = effect.__annotations__.get("return", Any)
    if not isinstance(annotation, str):
        return annotation
    # Only the result's type is needed: names under TYPE_CHECKING in the parameters must not fail.
    return eval(annotation, inspect.unwrap(effect).__globals__)  # noqa: S307 - our own annotation
