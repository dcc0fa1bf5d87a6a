"""What every typed question is to the engine."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar

import msgspec

from locales import Text
from talk.messages import Inbound

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
KEY = re.compile(r"[A-Za-z0-9_~-]{1,32}")


class Option(msgspec.Struct, frozen=True):
    """One answer that can be chosen: `key` comes back when its button is pressed and is what is recorded.

    `chosen` asks the renderer for a tick before the label: the box is ticked so far. `declines`: this is what
    somebody means who only answers no. One with a `url` opens that web address and answers nothing.
    Raises ValueError for a key that is not 1-32 letters, digits, `_`, `-` or `~`: it travels in 64 bytes.
    """

    key: str
    label: Text
    chosen: bool = False
    declines: bool = False
    url: str = ""

    def __post_init__(self) -> None:
        if not KEY.fullmatch(self.key):
            raise ValueError(f"Option key {self.key!r}: use 1-32 letters, digits, _, - or ~.")


class Heard(msgspec.Struct, frozen=True):
    """What a customer answered, and what is needed to understand it.

    `pressed` is the key of the option whose button was pressed; `draft` what earlier presses of the same question
    collected; `today` the day at the customer's place; `region` the country whose national phone numbers are
    meant (ISO 3166, two letters).
    """

    inbound: Inbound
    language: str
    today: dt.date
    pressed: str | None = None
    draft: Any = None
    region: str = "MY"


class Accepted(msgspec.Struct, Generic[T_co], frozen=True):
    """The answer, typed."""

    value: T_co


class Rejected(msgspec.Struct, frozen=True):
    """Why the answer could not be taken, said to the customer; `stays`: the words ask for nothing else either."""

    reason: Text
    values: dict[str, object] = {}
    stays: bool = False


class Drafted(msgspec.Struct, frozen=True):
    """Part of an answer (one box ticked): the question stays, shown with what is chosen so far."""

    draft: Any


Reading: TypeAlias = Accepted[T] | Rejected | Drafted


class Prompt(Protocol[T_co]):
    """A typed question: how it is shown, how its answer is read, and how the answer is kept in the journal."""

    @property
    def request(self) -> Literal["", "phone", "location"]:
        """What the platform's own button should ask for, where it has one."""

    def options(self, draft: Any) -> tuple[tuple[Option, ...], ...]:
        """The quick replies in rows; empty when the answer is typed."""

    def read(self, heard: Heard) -> Reading[T_co]:
        """Understand an answer."""

    def dump(self, value: Any) -> Any:
        """The answer as plain JSON for the journal."""

    def load(self, plain: Any) -> T_co:
        """The typed answer again. Raises ValueError when it would not be accepted today."""
