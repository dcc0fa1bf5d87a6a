"""How a run of a dialogue ends before its last line.

None but FlowError is an Exception, so that no `except Exception` in a dialogue eats it.
"""

from __future__ import annotations

from typing import Any

from talk.errors import SapaError


class FlowError(SapaError):
    """A dialogue breaks a rule of the engine; the message names the rule."""


class Parked(BaseException):
    """The dialogue waits for an answer, or for a moment."""


class Diverged(BaseException):
    """The code no longer leads to the waiting question."""


class HandedOver(BaseException):
    """A person is to go on; `reason` is for staff, `topic` what it is about where that is known."""

    def __init__(self, reason: str, topic: str = "") -> None:
        self.reason = reason
        self.topic = topic


class Detour(BaseException):
    """The customer asks for another flow first."""

    def __init__(self, flow: str) -> None:
        self.flow = flow


class Replace(BaseException):
    """A flow that is running, `depth` frames from the top, starts anew with what it is `given`."""

    def __init__(self, depth: int, given: dict[str, Any]) -> None:
        self.depth = depth
        self.given = given
