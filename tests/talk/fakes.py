"""A host for dialogues under test: no database, effects in a list, the session through JSON between turns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import count
from typing import Any, cast

import msgspec

from locales import render
from talk.conversation import Conversation, Session
from talk.engine import Act, Answer, Book, revision
from talk.journal import Record
from talk.messages import Inbound, Kind

NOON = dt.datetime(2026, 11, 21, 4, 0, tzinfo=dt.UTC)


class FakeHost:
    """Runs effects at once and remembers under which key each ran."""

    def __init__(self) -> None:
        self.now = NOON
        self.language = "en"
        self.region = "MY"
        self.performed: list[str] = []
        self.elsewhere_to: dict[str, str] = {}

    @property
    def today(self) -> dt.date:
        return self.now.date()

    def perform(self, key: str, effect: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self.performed.append(key)
        return effect(Act(cast(Any, None), 1, key, self.now, self.language, b"", ""), *args, **kwargs)

    def elsewhere(self, inbound: Inbound) -> str | None:
        return self.elsewhere_to.get(inbound.text)


class Chat:
    """A conversation with a book of flows; its sessions go through JSON between every two turns."""

    def __init__(self, book: Book, host: FakeHost | None = None) -> None:
        self.book = book
        self.host = host or FakeHost()
        self.sessions: dict[int, Session] = {}
        self.stack: list[int] = []
        self.heard: list[str] = []
        self.buttons: list[str] = []
        self.handed_over = ""
        self._ids = count(1)
        self._events = count(1)

    def start(self, flow: str, **args: Any) -> list[str]:
        return self._turn(lambda talk: talk.start(flow, **args))

    def type(self, text: str) -> list[str]:
        return self._turn(lambda talk: talk.hear(Answer(self._inbound(text))))

    def send(self, kind: Kind, caption: str = "") -> list[str]:
        """Send a picture, a sticker, a place."""
        return self._turn(lambda talk: talk.hear(Answer(self._inbound(caption, kind))))

    def press(self, key: str, place: str | None = None) -> list[str]:
        """Press a button of the open question, or of an earlier one when `place` is given."""

        def pressed(talk: Conversation) -> None:
            asking = talk.asking
            if asking is not None and asking.place == (place or asking.place):
                talk.hear(Answer(self._inbound(""), key))
            else:
                talk.ask_again()

        return self._turn(pressed)

    def again(self) -> list[str]:
        return self._turn(lambda talk: talk.ask_again())

    def back(self) -> bool:
        went: list[bool] = []
        self._turn(lambda talk: went.append(talk.back()))
        return went[0]

    def passes(self, session_id: int) -> list[str]:
        """The moment of a parked session has come."""
        return self._turn(lambda talk: talk.pass_deadline(self._known(talk, session_id)))

    @property
    def asking(self) -> Session | None:
        return self.sessions[self.stack[-1]] if self.stack else None

    def _known(self, talk: Conversation, session_id: int) -> Session:
        return next((one for one in talk.stack if one.id == session_id), self.sessions[session_id])

    def _turn(self, happen: Callable[[Conversation], None]) -> list[str]:
        talk = Conversation(self.book, self.host, self._open, [self._thawed(number) for number in self.stack])
        happen(talk)
        for session in talk.changed:
            self.sessions[session.id] = session
        self.stack = [session.id for session in talk.stack]
        self.handed_over = talk.handed_over or self.handed_over
        said = [render(one.text, self.host.language, one.values) for one in talk.said]
        self.buttons = [option.key for one in talk.said for row in one.options for option in row]
        self.heard.extend(said)
        return said

    def _thawed(self, number: int) -> Session:
        session = self.sessions[number]
        frozen = msgspec.json.encode(session.record)
        session.record = msgspec.json.decode(frozen, type=Record)
        return session

    def _open(self, flow: str, args: dict[str, Any]) -> Session:
        session = Session(
            next(self._ids), Record(flow=flow, revision=revision(self.book[flow]), args=args), "waiting"
        )
        self.sessions[session.id] = session
        return session

    def _inbound(self, text: str, kind: Kind = "text") -> Inbound:
        number = str(next(self._events))
        return Inbound(
            channel="test", account="", external_id=number, sender="1", kind=kind, text=text, at=self.host.now
        )
