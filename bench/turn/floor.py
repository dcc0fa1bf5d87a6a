"""The floor: the statements of Sapa's turn by hand in sqlite3, with as little Python around them as will do.

It knows this one survey and nothing else. Turns that wait share a commit, as Sapa's writer lets them. Its rows are
Sapa's.
"""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from collections import deque
from pathlib import Path
from typing import Any

import msgspec

from bench.turn import statements, store
from bench.turn.dialogue import BOOK, answers_of
from bench.turn.survey import ACCOUNT, NOW, QUESTIONS, THANKS, Question, Value, labels, read
from store.database import PRAGMAS, WRITE_AHEAD_LOG
from store.writer import GROUP
from talk.engine import revision
from talk.journal import Entry, ParkedAt, Record
from talk.messages import Button, Outgoing

CHANNEL = "telegram"
AT = NOW.isoformat(" ", "microseconds")[:26]
FLOW = "welcome"
REVISION = revision(BOOK[FLOW])


class Person(msgspec.Struct):
    """Who wrote."""

    id: int
    first_name: str
    language_code: str


class Message(msgspec.Struct):
    """What they wrote."""

    message_id: int
    person: Person = msgspec.field(name="from")
    text: str


class Update(msgspec.Struct):
    """As much of Telegram's update as the survey needs."""

    update_id: int
    message: Message


_update = msgspec.json.Decoder(Update)
_record = msgspec.json.Decoder(Record)
_json = msgspec.json.Encoder()


def _payload(place: int) -> str:
    """The message that asks a question; an @ stands where the session's id belongs."""
    if place == len(QUESTIONS):
        return _json.encode(Outgoing(text=THANKS)).decode()
    question = QUESTIONS[place]
    buttons = [Button(label, f"@.{place + 1}.{key}") for label, key in _buttons(question)]
    width = {"recommend": 6, "served": 2, "member": 2}.get(question.key, 1)
    rows = tuple(tuple(buttons[first : first + width]) for first in range(0, len(buttons), width))
    return _json.encode(Outgoing(text=question.text, buttons=rows)).decode()


def _buttons(question: Question) -> list[tuple[str, str]]:
    shown = labels(question)
    if question.key == "staff":
        return [("★" * int(score), score) for score in shown]
    if question.kind == "choice":
        return [(label, str(place)) for place, label in enumerate(shown)]
    return [(label, label.lower()) for label in shown]


PAYLOADS = [_payload(place) for place in range(len(QUESTIONS) + 1)]


class Floor:
    """One connection; turns that wait are committed together."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / store.NAME
        self._connection = sqlite3.connect(self._path, isolation_level=None)
        for pragma in (WRITE_AHEAD_LOG, *PRAGMAS):
            self._connection.execute(f"PRAGMA {pragma}")
        self._waiting: deque[tuple[bytes, asyncio.Future[None]]] = deque()

    def feed(self, update: bytes) -> asyncio.Future[None]:
        """Queue an update; the future is done after its commit."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._serve)
        self._waiting.append((update, done))
        return done

    def _serve(self) -> None:
        while self._waiting:
            group = [self._waiting.popleft() for _ in range(min(GROUP, len(self._waiting)))]
            try:
                self._commit([update for update, _ in group])
            except Exception as error:
                for _, done in group:
                    done.set_exception(error)
                return
            for _, done in group:
                done.set_result(None)

    def _commit(self, updates: list[bytes]) -> None:
        execute = self._connection.execute
        execute("BEGIN IMMEDIATE")
        for update in updates:
            self._turn(_update.decode(update))
        execute("COMMIT")

    def _turn(self, update: Update) -> None:
        execute, message = self._connection.execute, update.message
        sender, begins = str(message.person.id), message.text == "/start"
        contact = execute(statements.CONTACT, (CHANNEL, ACCOUNT, sender)).fetchone()
        if contact is None:
            contact = self._meet(sender, message.person)
        contact_id, seq, identity_id = contact[0], contact[16] + 1, contact[20]
        kind, text = ("start", "") if begins else ("text", message.text)
        event = (CHANNEL, ACCOUNT, str(update.update_id), "done", contact_id, seq, kind, text)
        execute(statements.INBOX, (*event, f'{{"message":"{message.message_id}"}}', AT))
        sessions = execute(statements.STACK, (contact_id,)).fetchall()
        if begins:
            session_id, record = self._open(contact_id, identity_id), Record(FLOW, REVISION, {"wanted": ""})
        else:
            session_id, record = sessions[-1][0], _record.decode(sessions[-1][4])
            _answer(record, text)
        self._save(session_id, identity_id, record)
        payload = PAYLOADS[len(record.journal)].replace("@", str(session_id))
        reply = (secrets.token_urlsafe(12), contact_id, CHANNEL, ACCOUNT, sender, 0, payload, seq + 1)
        execute(statements.OUTBOX, (*reply, "bot", "", None, None, AT, None, AT))
        kept = (*contact[5:8], contact[14] or AT, AT, seq + 1, contact[17] + 1.0)
        execute(statements.KEEP_CONTACT, (*kept, contact_id))

    def _meet(self, sender: str, person: Person) -> tuple[Any, ...]:
        execute = self._connection.execute
        new = (secrets.token_urlsafe(12), person.first_name, person.language_code, AT)
        contact_id = execute(statements.NEW_CONTACT, new).fetchone()[0]
        execute(statements.NEW_IDENTITY, (contact_id, CHANNEL, ACCOUNT, sender, AT))
        met: tuple[Any, ...] = execute(statements.CONTACT, (CHANNEL, ACCOUNT, sender)).fetchone()
        return met

    def _open(self, contact_id: int, identity_id: int) -> int:
        new = (contact_id, identity_id, FLOW, REVISION, "waiting", "{}", AT, AT)
        session_id: int = self._connection.execute(statements.NEW_SESSION, new).fetchone()[0]
        return session_id

    def _save(self, session_id: int, identity_id: int, record: Record) -> None:
        place = len(record.journal)
        ended = place == len(QUESTIONS)
        if ended:
            record.parked = None
        else:
            record.asked = place + 1
            record.parked = ParkedAt(f"{QUESTIONS[place].key}#1", "ask", record.asked)
        state, token, left = ("ended", 0, "ended") if ended else ("asking", record.asked, "")
        kept = (identity_id, FLOW, REVISION, state, 0, token, _json.encode(record).decode(), left, 0, AT)
        self._connection.execute(statements.SESSION, (*kept, session_id))

    async def stop(self) -> None:
        """Close the store."""
        self._connection.close()

    def answers(self) -> dict[str, dict[str, Value]]:
        """What the sessions hold."""
        return {sender: answers_of(record) for sender, record in store.records(self._path)}

    def rows(self) -> dict[str, str]:
        """What the tables hold."""
        return store.digests(self._path)


def _answer(record: Record, text: str) -> None:
    question = QUESTIONS[len(record.journal)]
    value = read(question, text)
    assert value is not None
    kept = str(question.options.index(text)) if question.options else value
    record.journal.append(Entry(f"{question.key}#1", "ask", kept))


async def start(directory: Path) -> Floor:
    """The contestant."""
    return Floor(directory)
