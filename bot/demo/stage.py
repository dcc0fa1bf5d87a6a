"""The demo's stage: everything its page can do, by the same functions that customers and staff use."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeAlias

from sqlalchemy.engine import Connection

from bot.app import App
from bot.demo import broadcast, cast, greetings
from bot.demo.board import Board
from bot.demo.broadcast import Planned
from bot.demo.cast import Actor
from bot.demo.clock import DemoClock
from bot.demo.sweep import Sweep
from bot.demo.texts import NO_CODE
from bot.first_staff import DEMO_HOST
from console.till import texts as till_texts
from console.till.answers import Speaker
from locales import LANGUAGES, Language
from loyalty import programme
from loyalty.till import redeeming
from loyalty.till.presses import Done, Press
from loyalty.till.redeeming import Shown
from store import staff, till
from store.staff_sessions import Staff
from talk.errors import SapaError

CASHIER = f"cashier@{DEMO_HOST}"
MORNING = dt.time(9)
AFTERWARDS = dt.timedelta(minutes=5)  # after the last nine o'clock

To: TypeAlias = Literal["hour", "morning", "day", "greetings", "stop"]


class NotSet(SapaError):
    """The sample business lacks what a scene needs; start the demo with another --data-dir."""


@dataclass(frozen=True, slots=True)
class Process:
    """The process that runs: how often it was started again, and after how many seconds it was back."""

    pid: int
    restarts: int = 0
    back_after: float = 0.0


@dataclass(frozen=True, slots=True)
class Scanned:
    """What the till said to a code: whether it was accepted, and its words."""

    accepted: bool
    words: str


@dataclass(slots=True)
class Stage:
    """The house, its clock and its sweep, and the five who have the phones."""

    app: App
    clock: DemoClock
    sweep: Sweep
    board: Board
    process: Process
    password: str
    actors: tuple[Actor, ...] = ()
    rewards: tuple[Mapping[Language, str], ...] = ()  # those that are used up when they are used, by their names

    async def open(self) -> None:
        """Find those who have the phones; the first time, choose them."""
        self.actors = await self.app.database.read(cast.cast_now)
        rules = await self.app.database.read(programme.read)
        self.rewards = tuple(
            {language: programme.named(each.name, each.names, language) for language in LANGUAGES}
            for each in rules.rewards
            if each.listed and each.kind == "voucher"
        )
        if not self.actors:
            await self.recast()

    async def recast(self) -> None:
        """Give the phones to five others."""
        self.actors = await self.app.database.transact(partial(cast.recast, now=self.clock.now()))
        self.board.tell("cast")

    async def let_pass(self, to: To) -> bool:
        """Let time pass; False when it passes already, or no greeting comes soon."""
        if to == "stop":
            await self.sweep.stop()
            return True
        until = await self._until(to)
        return until is not None and self.sweep.start(until)

    async def broadcast(self) -> Planned | None:
        """Have the team write to the five, and let time pass until it has gone; None when time passes already."""
        if self.sweep.running:
            return None
        zone = self.app.settings.business_timezone
        work = partial(broadcast.plan, actors=self.actors, now=self.clock.now(), zone=zone)
        planned = await self.app.database.transact(work)
        self.sweep.start(planned.over)
        return planned

    async def scan(self, text: str, language: Language) -> Scanned:
        """Scan a voucher's QR code at the till, as the demo's cashier; the words are in this language."""
        return await self.app.database.transact(partial(self._scan, text=text, language=language))

    async def kill(self) -> None:
        """Kill this process as the system does when memory is short: nothing is finished, nothing is told."""
        os.kill(self.process.pid, signal.SIGKILL)

    async def _until(self, to: To) -> dt.datetime | None:
        now = self.clock.now()
        if to == "greetings":
            work = partial(greetings.all_told_by, actors=self.actors, now=now)
            last = await self.app.database.read(work)
            return last + AFTERWARDS if last else None
        if to == "morning":
            here = now.astimezone(self.app.settings.zone)
            morning = dt.datetime.combine(here.date(), MORNING, here.tzinfo)
            return morning if morning > here else morning + dt.timedelta(days=1)
        return now + dt.timedelta(hours=1 if to == "hour" else 24)

    def _scan(self, connection: Connection, text: str, language: Language) -> Scanned:
        account = staff.by_email(connection, CASHIER)
        first = next((each.code for each in programme.read(connection).branches), "")
        branch = next((each for each in till.open_branches(connection) if each.code == first), None)
        if account is None or branch is None:
            raise NotSet("There is no cashier, or no branch; start the demo with another --data-dir.")
        zone = self.app.settings.zone
        now = self.clock.now().astimezone(zone)
        cashier = Staff(
            id=account.id,
            public_id=account.public_id,
            email=account.email,
            name=account.name,
            role=account.role,
            language=language,
            branch_id=branch.id,
            csrf="",
            session="",
            seen_at=now,
        )
        press = Press(secrets.token_hex(8), cashier, branch, self.app.settings.secret, "127.0.0.1", now)
        return _said(redeeming.redeem(connection, press, text), Speaker(language, zone))


def _said(result: object, speaker: Speaker) -> Scanned:
    if isinstance(result, Done):
        return Scanned(True, speaker.say(till_texts.REDEEMED, reward=result.reward, name=result.name))
    if isinstance(result, Shown) and result.state != "unknown":
        return Scanned(False, speaker.voucher(result)["lines"][0])
    return Scanned(False, speaker.say(NO_CODE))
