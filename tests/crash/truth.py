"""What the lives left behind, compared row by row with what the far side saw."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channels.telegram.fake.wire import Entry
from loyalty import ledger
from store.ledger_kinds import COMING_IN, GOING_OUT
from store.outbox import MARKETING, PENDING
from store.tables import accounts, consents, due, entries, inbox, outbox, runs
from tests.crash.crowd import STOP_WORD, Saying
from tests.crash.play import ANSWER, LATE_NOTE, QUESTION

STOPPED = "Done."
APOLOGY = "Sorry, something went wrong on our side"


@dataclass(frozen=True, slots=True)
class Found:
    """Everything there is to compare."""

    sayings: list[Saying]
    accepted: list[Entry]
    inbox: list[Any]
    outbox: list[Any]
    entries: list[Any]
    consents: list[Any]
    runs: list[Any]
    wrong_in_ledger: list[Any]

    @property
    def summary(self) -> str:
        """The figures of a run in one line."""
        offers = Counter(row.state for row in self.outbox if row.lane == MARKETING)
        replies = Counter((row.sender, row.payload["text"]) for row in self.outbox if row.lane != MARKETING)
        arrived = Counter(_key(entry) for entry in self.accepted)
        twice = sum(max(0, arrived[key] - rows) for key, rows in replies.items())
        parked = sum(row.state == "parked" for row in self.inbox)
        late = sum(row.note.startswith(LATE_NOTE) for row in self.entries)
        return (
            f"{len(self.sayings)} messages of customers ({parked} parked), {len(self.entries)} ledger entries "
            f"({late} of deadlines), {sum(replies.values())} replies ({twice} repeated), offers: "
            + ", ".join(f"{count} {state}" for state, count in sorted(offers.items()))
        )


def logs(folder: Path) -> tuple[list[Saying], list[Entry]]:
    """What customers said, and what reached them, as the far side wrote it down."""
    said = list(_lines(folder / "said.jsonl", Saying))
    return said, [entry for entry in _lines(folder / "wire.jsonl", Entry) if entry.accepted]


def look(connection: Connection, sayings: list[Saying], accepted: list[Entry]) -> Found:
    """Put our side beside what customers said and what reached them."""

    def rows(statement: sa.Select[Any]) -> list[Any]:
        return list(connection.execute(statement))

    moved = sa.select(
        entries.c.note,
        sa.case((entries.c.kind.in_(GOING_OUT), -entries.c.points), else_=entries.c.points).label("points"),
        accounts.c.contact_id,
    ).join(accounts, accounts.c.id.in_([entries.c.debit_id, entries.c.credit_id]))
    return Found(
        sayings=sayings,
        accepted=accepted,
        inbox=rows(sa.select(inbox).order_by(inbox.c.contact_id, inbox.c.seq)),
        outbox=rows(sa.select(outbox).order_by(outbox.c.id)),
        entries=rows(
            moved.where(accounts.c.kind == "member", entries.c.kind.in_(COMING_IN + GOING_OUT)).order_by(
                entries.c.id
            )
        ),
        consents=rows(sa.select(consents)),
        runs=rows(sa.select(runs).order_by(runs.c.id)),
        wrong_in_ledger=ledger.audit(connection),
    )


def unfinished(connection: Connection) -> bool:
    """Whether a message waits to be sent, or a deadline to pass."""
    waits = sa.union_all(sa.select(outbox.c.id).where(outbox.c.state.in_(PENDING)), sa.select(due.c.id))
    return connection.execute(waits.limit(1)).first() is not None


def refused(found: Found) -> int:
    """How many words got no points, for there were too few to take."""
    answers = (ANSWER.match(row.payload["text"]) for row in found.outbox)
    return sum(answer is not None and not int(answer["points"]) for answer in answers)


def _listed(check: Callable[[Found], Iterator[str]]) -> Callable[[Found], list[str]]:
    @wraps(check)
    def listed(found: Found) -> list[str]:
        return list(check(found))

    return listed


def wrongs(found: Found) -> list[str]:
    """Every broken promise, in words."""
    return [
        *of_updates(found),
        *of_ledger(found),
        *of_conversations(found),
        *of_replies(found),
        *of_offers(found),
        *of_order(found),
        *of_leavings(found),
    ]


def _lines(path: Path, kind: type[Any]) -> Iterator[Any]:
    decoder = msgspec.json.Decoder(kind)
    for line in path.read_bytes().splitlines():
        yield decoder.decode(line)


def _key(entry: Entry) -> tuple[str, str]:
    return str(entry.chat_id), entry.payload["text"]


@_listed
def of_updates(found: Found) -> Iterator[str]:
    """Every update was confirmed, so each must have changed our data once: one row, done or parked."""
    rows = defaultdict(list)
    for row in found.inbox:
        rows[row.external_id].append(row)
    for saying in found.sayings:
        mine = rows.pop(str(saying.update), [])
        if len(mine) != 1:
            yield f"update {saying.update} ({saying.text}) has {len(mine)} inbox rows"
        elif mine[0].state not in ("done", "parked"):
            yield f"update {saying.update} ({saying.text}) is {mine[0].state}"
        elif mine[0].state == "done" and mine[0].text != saying.text:
            yield f"update {saying.update} says {mine[0].text!r} instead of {saying.text!r}"
    yield from (f"update {unknown} was never sent by anybody" for unknown in rows)


@_listed
def of_ledger(found: Found) -> Iterator[str]:
    yield from (f"the ledger's audit: {wrong}" for wrong in found.wrong_in_ledger)
    words = Counter(row.note for row in found.entries)
    yield from (f"{note!r} moved points {times} times" for note, times in words.items() if times > 1)
    told = {
        (row.contact_id, answer["note"], int(answer["points"]))
        for row in found.outbox
        if (answer := ANSWER.match(row.payload["text"])) and int(answer["points"])
    }
    moved = {(row.contact_id, row.note, row.points) for row in found.entries}
    yield from (f"told but not in the ledger: {missing}" for missing in sorted(told - moved))
    yield from (f"in the ledger but not told: {missing}" for missing in sorted(moved - told))


@_listed
def of_conversations(found: Found) -> Iterator[str]:
    """Each message was answered by the next place of its conversation, and the balances told are one sum."""
    said = {(row.contact_id, row.seq): row.payload["text"] for row in found.outbox if row.lane != MARKETING}
    asked: set[int] = set()
    for row in found.inbox:
        answer = said.get((row.contact_id, row.seq + 1), "nothing")
        if not answer.startswith(_answers_to(row, known=row.contact_id in asked)):
            yield f"{row.text!r} ({row.state}) of contact {row.contact_id} was answered with {answer[:60]!r}"
        (asked.discard if row.state == "parked" else asked.add)(row.contact_id)
    balances: Counter[int] = Counter()
    for (contact, _seq), text in sorted(said.items()):
        if answer := ANSWER.match(text):
            balances[contact] += int(answer["points"])
            if balances[contact] != int(answer["balance"]):
                yield f"contact {contact} was told {answer[0]!r}, it is {balances[contact]}"
                balances[contact] = int(answer["balance"])
    stops = Counter(row.contact_id for row in found.inbox if row.state == "done" and row.text == STOP_WORD)
    if stops != Counter(row.contact_id for row in found.consents):
        yield "the consents withdrawn are not the stop words received"


def _answers_to(row: Any, *, known: bool) -> str:
    if row.state == "parked":
        return APOLOGY
    if row.text == STOP_WORD:
        return STOPPED
    return f"{row.text} " if known else QUESTION


@_listed
def of_replies(found: Found) -> Iterator[str]:
    arrived = Counter(_key(entry) for entry in found.accepted)
    replies = [row for row in found.outbox if row.lane != MARKETING]
    wanted = Counter((row.sender, row.payload["text"]) for row in replies)
    yield from (f"reply {row.id} is {row.state} ({row.reason})" for row in replies if row.state != "sent")
    for key, rows in wanted.items():
        if arrived[key] < rows:
            yield f"reply {key[1][:60]!r} to {key[0]} reached them {arrived[key]} times, there are {rows}"


@_listed
def of_offers(found: Found) -> Iterator[str]:
    arrived = Counter(_key(entry) for entry in found.accepted)
    stopped = {row.contact_id: row.seq for row in found.inbox if row.state == "done" and row.text == STOP_WORD}
    for row in (row for row in found.outbox if row.lane == MARKETING):
        times = arrived[row.sender, row.payload["text"]]
        if times > 1:
            yield f"offer {row.id} reached them {times} times"
        if times != (row.state == "sent") and row.state != "unknown":
            yield f"offer {row.id} is {row.state} ({row.reason}) and reached them {times} times"
        if times and row.contact_id in stopped and row.seq > stopped[row.contact_id]:
            yield f"offer {row.id} was sent after they had said stop"


@_listed
def of_order(found: Found) -> Iterator[str]:
    """Per contact and lane messages arrive in their order; a repeated one may only repeat the last."""
    place: dict[tuple[str, str], int] = {}
    lanes: dict[int, int] = {}
    for row in found.outbox:
        place.setdefault((row.sender, row.payload["text"]), row.id)
        lanes[row.id] = row.lane
    last: dict[tuple[str, int], int] = {}
    for entry in found.accepted:
        chat, text = _key(entry)
        if (chat, text) not in place:
            yield f"{text[:60]!r} reached {chat} and is not in the outbox"
        elif text != QUESTION and not text.startswith(APOLOGY):
            row = place[chat, text]
            if row < last.get((chat, lanes[row]), 0):
                yield f"{text[:60]!r} reached {chat} after a later message"
            last[chat, lanes[row]] = row


@_listed
def of_leavings(found: Found) -> Iterator[str]:
    states = Counter(row.state for row in found.outbox)
    yield from (f"{states[state]} messages are still {state}" for state in PENDING if states[state])
    yield from (f"run {row.id} has no end" for row in found.runs if row.ended_at is None)
    if found.runs and found.runs[-1].unclean:
        yield "the last life did not end cleanly"
