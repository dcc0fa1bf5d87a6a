"""Scripted faults: what goes wrong, for which chat, in which order.

    fake.faults.script(chat_id, too_many(3), hang_up_after(), slow(2))
    fake.faults.script(None, server_error(502), method="getMe")
    fake.faults.at_random(0.3, seed=7, faults=[too_many(1), timeout()])

A fault is consumed by the first request it fits. Without a method it fits whatever sends or edits a message.
Some strike before the message is accepted (nothing arrives), some after (it arrived, but the answer did not).
"""

import random
from collections import defaultdict, deque
from collections.abc import Sequence
from typing import Literal

import msgspec

from channels.telegram.fake.errors import ApiError, bad_request, forbidden, too_many_requests

Kind = Literal[
    "too_many",
    "server_error",
    "hang_up_before",
    "blocked",
    "deactivated",
    "chat_not_found",
    "migrate",
    "timeout",
    "hang_up_after",
    "slow",
]
AFTER_ACCEPTANCE = frozenset({"timeout", "hang_up_after", "slow"})


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing that goes wrong; which of the numbers matter depends on the kind."""

    kind: Kind
    retry_after: int = 1
    status: int = 502
    seconds: float = 1.0
    new_id: int = 0

    @property
    def after(self) -> bool:
        """Whether the message is accepted before the fault strikes."""
        return self.kind in AFTER_ACCEPTANCE

    def refusal(self) -> ApiError | None:
        """Return the API's refusal this fault plays, None for faults below the API."""
        if self.kind == "too_many":
            return too_many_requests(self.retry_after)
        if self.kind == "blocked":
            return forbidden("bot was blocked by the user")
        if self.kind == "deactivated":
            return forbidden("user is deactivated")
        return bad_request("chat not found") if self.kind == "chat_not_found" else None


def too_many(retry_after: int) -> Fault:
    """429 with `retry_after` seconds."""
    return Fault(kind="too_many", retry_after=retry_after)


def server_error(status: int = 502) -> Fault:
    """500, 502 and the like with an HTML body, as a proxy in front of the API answers."""
    return Fault(kind="server_error", status=status)


def hang_up_before() -> Fault:
    """The connection closes and nothing was accepted."""
    return Fault(kind="hang_up_before")


def hang_up_after() -> Fault:
    """The message is accepted, then the connection closes without an answer."""
    return Fault(kind="hang_up_after")


def timeout() -> Fault:
    """The message is accepted, and no answer ever comes; the connection stays open."""
    return Fault(kind="timeout")


def slow(seconds: float) -> Fault:
    """The message is accepted at once, the answer comes after `seconds`."""
    return Fault(kind="slow", seconds=seconds)


def blocked() -> Fault:
    """403: bot was blocked by the user (once; `Customer.blocks` lasts)."""
    return Fault(kind="blocked")


def deactivated() -> Fault:
    """403: user is deactivated."""
    return Fault(kind="deactivated")


def chat_not_found() -> Fault:
    """400: chat not found."""
    return Fault(kind="chat_not_found")


def migrate(new_id: int) -> Fault:
    """The group becomes a supergroup with `new_id` for good: every request to the old id is told."""
    return Fault(kind="migrate", new_id=new_id)


class Faults:
    """The script of one server."""

    def __init__(self) -> None:
        self._scripts: dict[int | None, deque[tuple[str, Fault]]] = defaultdict(deque)
        self._random = random.Random(0)  # noqa: S311 - faults, not secrets
        self._rate = 0.0
        self._choices: Sequence[Fault] = ()
        self.armed = False

    def script(self, chat_id: int | None, *faults: Fault, method: str = "", times: int = 1) -> None:
        """Append faults for one chat, or with None for whatever chat comes next.

        `method` (such as "getMe") makes them wait for that method; `times` repeats the whole list.
        """
        self._scripts[chat_id].extend((method.lower(), fault) for _ in range(times) for fault in faults)
        self.armed = True

    def at_random(self, rate: float, seed: int, faults: Sequence[Fault]) -> None:
        """Let a share `rate` (0-1) of all messages meet one of `faults`, the same ones for the same seed."""
        self._rate, self._random, self._choices = rate, random.Random(seed), faults  # noqa: S311
        self.armed = True

    def clear(self) -> None:
        """Forget every fault, scripted and random."""
        self._scripts.clear()
        self._rate, self._choices, self.armed = 0.0, (), False

    def restore(self, chat_id: int, fault: Fault) -> None:
        """Give back a fault that had no message to strike, for the chat's next one."""
        self._scripts[chat_id].appendleft(("", fault))

    def take(self, method: str, chat_id: int | None, *, message: bool) -> Fault | None:
        """Consume and return the fault this request meets: the chat's first, then anybody's, then chance."""
        for key in (chat_id, None) if chat_id is not None else (None,):
            script = self._scripts.get(key)
            for index, (wanted, fault) in enumerate(script or ()):
                if wanted == method or (not wanted and message):
                    del self._scripts[key][index]
                    return fault
        if message and self._choices and self._random.random() < self._rate:
            return self._random.choice(self._choices)
        return None
