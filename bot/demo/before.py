"""What happened before the demo opens: customers have written to the team, and the team has answered some.

It happens by the same turns as always, on a clock that shows the moments of the past.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Iterator

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.app import house_of
from bot.demo.cast import best_customers
from bot.demo_data.talks import LABELS, TOLD, Step, Told
from bot.first_staff import DEMO_HOST
from bot.settings import Settings
from console.texts import SUGGESTIONS
from handlers.conversation_closed import conversation_closed
from handlers.conversation_snoozed import conversation_snoozed
from handlers.conversation_taken import conversation_taken
from handlers.note_written import note_written
from handlers.promise_made import promise_made
from handlers.scene import Notice, Scene
from handlers.staff_replied import staff_replied
from handlers.turn import Turn
from locales import render
from service import assignment
from store import desk, labels, staff, visitors
from store.database import Database
from store.staff_sessions import Staff
from store.tables import contacts, identities, outbox, purchases
from talk.messages import Inbound

PREFIX = "before-"  # of the ids of visitors whose phones nobody has
WANTS_A_PERSON = SUGGESTIONS[-1]
MINUTE = dt.timedelta(minutes=1)


async def happened_before(database: Database, settings: Settings, now: dt.datetime) -> None:
    """Let it have happened until `now`, unless it has."""
    if await database.read(_is_there):
        return
    past = _Past(database, settings, now)
    await database.transact(past.begin)
    for visitor, told, step in past.steps():
        await past.happens(visitor, told, step)
    await database.transact(past.end)


class _Past:
    def __init__(self, database: Database, settings: Settings, now: dt.datetime) -> None:
        self._start = self._now = now
        self._turn = Turn(
            database,
            house_of(settings),
            now=lambda: self._now,
            committed=lambda _turn: None,
            alert=_nobody_is_alarmed_now,
        )
        self._people: dict[str, str] = {}  # public ids by visitor
        self._team: dict[str, Staff] = {}

    def begin(self, connection: Connection) -> None:
        """Choose who it happens to, and who serves them; both are there already."""
        for name, colour in LABELS:
            labels.make(connection, name, colour)
        for role in ("owner", "support"):
            self._team[role] = _member(connection, role, self._now)
        for number, told in enumerate(TOLD, start=1):
            visitor = f"{PREFIX}{number}-{told.language}"
            self._people[visitor] = _join(connection, told.language, visitor, self._now)

    def end(self, connection: Connection) -> None:
        """Leave it as it is now: what was said has gone, and those who serve are there until they were not seen."""
        _all_read(connection)
        for each in self._team.values():
            assignment.seen(connection, each.id, self._start)

    def steps(self) -> Iterator[tuple[str, Told, Step]]:
        """Everything in the order in which it happened."""
        each = [
            (visitor, told, step)
            for visitor, told in zip(self._people, TOLD, strict=True)
            for step in (Step(told.steps[0].ago + 1, "writes"), *told.steps)
        ]
        return iter(sorted(each, key=lambda one: -one[2].ago))

    async def happens(self, visitor: str, told: Told, step: Step) -> None:
        """Let one thing happen at its moment."""
        self._now = self._start - step.ago * MINUTE
        if step.deed in ("writes", "rates"):
            await self._turn.receive(self._inbound(visitor, told, step))
        else:
            deed, who, at = DEEDS[step.deed], self._team[told.by], self._now + dt.timedelta(hours=step.hours)
            await self._turn.act(self._people[visitor], lambda scene: deed(scene, who, step.words, at))

    def _inbound(self, visitor: str, told: Told, step: Step) -> Inbound:
        return Inbound(
            channel=visitors.CHANNEL,
            account=visitors.ACCOUNT,
            external_id=f"{visitor}:{step.ago}",
            sender=visitor,
            at=self._now,
            kind="text",
            text=step.words or render(WANTS_A_PERSON, told.language),
            language_hint=told.language,
        )


def _put_label(scene: Scene, name: str) -> None:
    found = desk.open_of(scene.connection, scene.contact.id)
    label = next((each for each in labels.every(scene.connection) if each.name == name), None)
    if found is not None and label is not None:
        labels.put(scene.connection, found.id, label.id)


# What the team does: with its words, and a moment that lies ahead.
DEEDS: dict[str, Callable[[Scene, Staff, str, dt.datetime], object]] = {
    "takes": lambda scene, who, _words, _at: conversation_taken(scene, who, scene.contact.owner, ""),
    "answers": lambda scene, who, words, _at: staff_replied(scene, who, words, secrets.token_urlsafe(12), ""),
    "promises": lambda scene, who, words, at: promise_made(scene, who, words, at, ""),
    "notes": lambda scene, who, words, _at: note_written(scene, who, words, (), ""),
    "labels": lambda scene, _who, words, _at: _put_label(scene, words),
    "rests": lambda scene, who, _words, at: conversation_snoozed(scene, who, at, ""),
    "closes": lambda scene, who, words, _at: conversation_closed(scene, who, words, ""),
}


async def _nobody_is_alarmed_now(_notice: Notice) -> None:
    """It is over."""


def _is_there(connection: Connection) -> bool:
    mine = sa.exists().where(identities.c.sender.startswith(PREFIX, autoescape=True))
    return bool(connection.scalar(sa.select(mine)))


def _member(connection: Connection, role: str, now: dt.datetime) -> Staff:
    account = staff.by_email(connection, f"{role}@{DEMO_HOST}")
    assert account is not None, "the demo's accounts are made first"
    return Staff(
        id=account.id,
        public_id=account.public_id,
        email=account.email,
        name=account.name,
        role=account.role,
        language=account.language,
        branch_id=account.branch_id,
        csrf="",
        session="",
        seen_at=now,
    )


def _join(connection: Connection, language: str, visitor: str, now: dt.datetime) -> str:
    """A chat for a customer who comes often and is in none; their public id."""
    in_chat = sa.exists().where(identities.c.contact_id == contacts.c.id)
    best = [row.id for row in best_customers(connection, language)]
    person = connection.execute(
        sa.select(contacts.c.id, contacts.c.public_id)
        .join(purchases, purchases.c.contact_id == contacts.c.id)
        .where(contacts.c.language == language, ~in_chat, contacts.c.id.not_in(best))
        .group_by(contacts.c.id)
        .order_by(sa.func.count().desc(), contacts.c.id)
        .limit(1)
    ).one()
    chat = {"channel": visitors.CHANNEL, "account": visitors.ACCOUNT, "sender": visitor}
    connection.execute(identities.insert().values(contact_id=person.id, created_at=now, **chat))
    met = {"welcomed_at": now, "language_chosen": True}
    connection.execute(contacts.update().where(contacts.c.id == person.id).values(met))
    public_id: str = person.public_id
    return public_id


def _all_read(connection: Connection) -> None:
    """What was said then went then: were it left to the sender, it would have gone now."""
    theirs = outbox.c.sender.startswith(PREFIX, autoescape=True)
    gone = {"state": "sent", "sent_at": outbox.c.created_at}
    connection.execute(outbox.update().where(theirs, outbox.c.state == "queued").values(gone))
