"""What a turn and the engine give each other: the event going in, what is said coming out, and the host."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Literal, Protocol, TypeAlias

import msgspec

from locales import Text
from talk.messages import Inbound
from talk.prompts.base import Option

ABOUT_MARK = "~"  # between a command and the public id of what it is about
COMMAND = "!"  # the place of buttons that are commands: they work at any time


class Late:
    """The answer of a question whose deadline passed."""


LATE = Late()


class Said(msgspec.Struct, frozen=True):
    """Something said in this turn, before it is rendered.

    `place` is `session.token` of the question that its buttons answer; `replaces` that it is to take the place of
    the message whose button was pressed.
    """

    text: Text
    values: dict[str, object] = {}
    options: tuple[tuple[Option, ...], ...] = ()
    place: str = ""
    request: Literal["", "phone", "location"] = ""
    picture: str = ""
    line: bool = False
    replaces: bool = False


class Answer(msgspec.Struct, frozen=True):
    """The customer's answer to the parked question: what they sent and, for a button, the option's key.

    `command` names the flow of a global word that the whole message is ("help"). It goes there unless the question
    takes the word as more than text: as one of its options, say.
    """

    inbound: Inbound
    pressed: str | None = None
    command: str = ""


class Passed(msgspec.Struct, frozen=True):
    """The parked question's deadline passed, or the wait is over."""


Event: TypeAlias = Answer | Passed | None


class Host(Protocol):
    """What the turn gives the engine."""

    @property
    def now(self) -> dt.datetime:
        """The moment of the turn."""

    @property
    def language(self) -> str:
        """The customer's language now; an effect may change it."""

    @property
    def today(self) -> dt.date:
        """The day at the customer's place."""

    @property
    def region(self) -> str:
        """The country whose phone numbers are meant."""

    def perform(self, key: str, effect: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run an effect in the turn's transaction."""

    def elsewhere(self, inbound: Inbound) -> str | None:
        """The flow that an answer which does not fit asks for, if it asks for one."""
