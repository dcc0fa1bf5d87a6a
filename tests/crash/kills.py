"""The parent: one life after another, each with its plan of how it dies."""

from __future__ import annotations

import datetime as dt
import os
import random
import select
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bot.settings import Settings
from channels.telegram.bot_token import account_of
from channels.telegram.fake import TOKEN
from tests.crash import life, start
from tests.crash.crowd import FIRST, Telegram
from tests.crash.life import Failpoint

FAILPOINTS = (
    "turn.begun",
    "turn.written",
    "turn.committed",
    "sender.claimed",
    "sender.sending",
    "sender.sent",
    "sender.marked",
)
OFFERED = 0.4  # of the lives have offers to send
HITS = 12  # a place is passed up to so many times before the kill
LONGEST = 3.0  # seconds at work of a life whose failpoint is not reached
START_SECONDS = 300.0
MINUTE = dt.timedelta(seconds=61)  # between two lives on PostgreSQL: a dead sender's leases run out
HOURS = dt.timedelta(hours=3)  # before the last life: whatever was put off is due
END_SECONDS = 300.0


class Died(AssertionError):
    """A life ended that nobody killed."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How one life is to die: when a failpoint is passed for the `hits`th time, or after `seconds`.

    The seconds count from when it is at work; when `early`, from its birth.
    """

    how: Literal["failpoint", "random", "full start"]
    place: str = ""
    hits: int = 0
    seconds: float = LONGEST
    early: bool = False
    careful: bool = True


def plans(
    kills: int,
    full_starts: int,
    dice: random.Random,
    places: Mapping[str, int] = dict.fromkeys(FAILPOINTS, HITS),
    longest: float = 0.8,
) -> Iterator[Plan]:
    """So many deaths, the full starts spread among them.

    `places` are failpoints, with how often each is passed at most before the kill; a random death comes within
    `longest` seconds of work.
    """
    full = set(dice.sample(range(kills), min(full_starts, kills)))
    for number in range(kills):
        careful, early = dice.random() < 0.5, dice.random() < 0.2
        if number in full:
            yield Plan("full start", seconds=dice.uniform(0.0, 4.0 if early else 1.0), early=early)
        elif dice.random() < 0.6:
            place = dice.choice(list(places))
            yield Plan("failpoint", place, dice.randint(1, places[place]), careful=careful)
        else:
            yield Plan("random", seconds=dice.uniform(0.0, 0.3 if early else longest), early=early, careful=careful)


@dataclass(slots=True)
class Story:
    """Sapa's lives over one database and one Telegram, and how they ended so far."""

    settings: Settings
    far_side: Telegram
    folder: Path
    dice: random.Random
    customers: int
    on_postgres: bool
    offers: bool = True  # that are put into the outbox before some lives
    number: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    at_work: list[tuple[float, float]] = field(default_factory=list)  # from when until when, on the machine's clock

    @property
    def log(self) -> Path:
        """Where this life writes."""
        return self.folder / f"life-{self.number:04}.log"

    def lose(self, plan: Plan) -> None:
        """Live once, until killed."""
        self.number += 1
        if self.offers and (self.number == 1 or self.dice.random() < OFFERED):
            self._offers()
        child = self._full_start() if plan.how == "full start" else self._fork(plan)
        gone = not plan.early and self._gone_before_work(child)
        began = time.monotonic()
        reached = gone or self._gone(child, plan.seconds)
        if reached and plan.how != "failpoint":
            raise Died(f"Life {self.number} was killed by somebody else.")
        if not reached:
            self._kill(child)
        if not plan.early:
            self.at_work.append((began, time.monotonic()))
        self.ends[plan.place if reached else "random" if plan.how == "failpoint" else plan.how] += 1

    def finish(self, done: Callable[[], bool], first: Callable[[], bool] = lambda: True) -> None:
        """Live once more, take everything that waits and one more word of everybody, and end in good order.

        Until `first` is so, customers write on.
        """
        self.number += 1
        child = self._fork(Plan("random"), HOURS)
        self._gone_before_work(child)
        began = time.monotonic()
        self._wait(child, first)
        self.far_side.ask("hush")
        self.at_work.append((began, time.monotonic()))
        self._wait(child, done)
        self.far_side.ask("everybody")
        self._wait(child, done)
        os.kill(child, signal.SIGTERM)
        if not self._gone(child, END_SECONDS, code=0):
            self._kill(child)
            raise Died(f"The last life did not end within {END_SECONDS} s of SIGTERM.")
        self.ends["SIGTERM"] += 1

    def _offers(self) -> None:
        writers = self.dice.sample(range(FIRST, FIRST + self.customers), min(life.OFFERS, self.customers))
        account = account_of(TOKEN)
        child = life.forked(lambda: life.offer(self.settings.database, account, self.number, writers), self.log)
        if not self._gone(child, END_SECONDS, code=0):
            raise Died("The offers could not be put into the outbox.")

    def _fork(self, plan: Plan, later: dt.timedelta = dt.timedelta()) -> int:
        ahead = later + (MINUTE * self.number if self.on_postgres else dt.timedelta())
        failpoint = Failpoint(plan.place, plan.hits)
        return life.forked(lambda: life.live(self.settings, failpoint, ahead=ahead, careful=plan.careful), self.log)

    def _full_start(self) -> int:
        def begin() -> None:
            os.chdir(self.folder)
            os.execve(sys.executable, [sys.executable, "-m", "bot", "run"], start.environment(self.settings))

        return life.forked(begin, self.log)

    def _gone_before_work(self, child: int) -> bool:
        """Wait until the life says in its log that it runs; whether it was killed before."""
        deadline = time.monotonic() + START_SECONDS
        while not (self.log.exists() and life.RUNNING in self.log.read_bytes()):
            if self._gone(child, 0.01):
                return True
            if time.monotonic() > deadline:
                self._kill(child)
                raise Died(f"Life {self.number} did not come up in {START_SECONDS} s; see {self.log}.")
        return False

    def _wait(self, child: int, done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + END_SECONDS
        while not done():
            if self._gone(child, 0.05):
                raise Died(f"The last life ended by itself; see {self.log}.")
            if time.monotonic() > deadline:
                self._kill(child)
                raise Died("Something is left over that nobody handles; see the outbox.")

    def _gone(self, child: int, seconds: float, code: int = -signal.SIGKILL) -> bool:
        """Whether the child ends within so many seconds, with that exit code."""
        handle = os.pidfd_open(child)
        try:
            if not select.select([handle], [], [], seconds)[0]:
                return False
        finally:
            os.close(handle)
        found = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if found != code:
            raise Died(f"Life {self.number} ended with {found} instead of {code}; see {self.log}.")
        return True

    def _kill(self, child: int) -> None:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
