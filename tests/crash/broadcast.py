"""One campaign to many, while Sapa is killed again and again: what is begun, and what must have come of it."""

from __future__ import annotations

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.app import utc_now
from channels.telegram.fake.wire import Entry
from store import campaigns, recipients
from store.tables import campaign_recipients, contacts, identities, outbox
from tests.crash.crowd import STOP_WORD, Saying
from tests.crash.kills import FAILPOINTS
from tests.crash.life import CHANNEL, FIRST_READER
from tests.scheduler.agency import planned, text

SAYS = "A campaign for everybody."
CITY = "Broadcast"  # where its recipients live, and none of those who write
AT_ONCE = 10_000
PLACES = {  # failpoints, and how often each is passed at most before a kill
    **dict.fromkeys(FAILPOINTS, 12),
    "sender.sending": 400,
    "sender.sent": 400,
    "broadcast.expanded": 6,
    "broadcast.written": 10,
    "broadcast.stepped": 10,
}
A_SECOND = 500  # recipients that are reached, about


def longest(people: int, kills: int) -> float:
    """Seconds of the longest life at work, so that the kills come at all stages of the campaign."""
    return max(0.5, 2 * people / kills / A_SECOND)


def begin(url: str, account: str, people: int) -> None:
    """Let so many contacts be known who only read, and plan a campaign for all of them."""
    engine, now = sa.create_engine(url), utc_now()
    with engine.begin() as connection:
        for start in range(0, people, AT_ONCE):
            _meet(connection, account, range(start, min(people, start + AT_ONCE)), now)
        planned(connection, now, text(en=SAYS), condition={"fact": "city", "op": "is", "value": CITY})
    engine.dispose()


def _meet(connection: Connection, account: str, numbers: range, now: dt.datetime) -> None:
    person = {"language": "en", "marketing": "granted", "city": CITY, "created_at": now}
    people = [{"public_id": secrets.token_urlsafe(12), **person} for _ in numbers]
    ids = connection.scalars(contacts.insert().returning(contacts.c.id, sort_by_parameter_order=True), people)
    place = {"channel": CHANNEL, "account": account, "created_at": now}
    chats = [
        {"contact_id": id_, "sender": str(FIRST_READER + number), **place}
        for id_, number in zip(ids, numbers, strict=True)
    ]
    connection.execute(identities.insert(), chats)


def note_flying(url: str, file: Path) -> None:
    """Add to a file how many of the campaign's messages were on the wire when Sapa was killed just now."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        flying = connection.scalar(
            sa.select(sa.func.count()).where(outbox.c.state == "sending", outbox.c.campaign_id.is_not(None))
        )
    engine.dispose()
    with file.open("a") as noted:
        noted.write(f"{flying}\n")


def ended(connection: Connection) -> bool:
    """Whether nothing is left of the campaign."""
    (campaign,) = campaigns.every(connection)
    return campaign.ended_at is not None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the campaign: the recipients' states, how often each chat got it, and what the replies took."""

    people: int
    flying: int
    states: dict[str, str]
    tally: Counter[str]
    heard: Counter[str]
    waits: list[float] = field(default_factory=list)
    calm_waits: list[float] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """The figures in some lines."""
        counted = ", ".join(f"{count} {state}" for state, count in sorted(self.tally.items()))
        arrived = sum(self.states[chat] == "unknown" for chat in self.heard)
        return (
            f"campaign: {counted}; {self.flying} were on the wire at a kill, {arrived} of the unknown arrived\n"
            f"95 of 100 replies while it lived: within {_p95(self.calm_waits):.2f} s ({len(self.calm_waits)} of "
            f"them); with those in which a kill or start came: within {_p95(self.waits):.2f} s ({len(self.waits)})"
        )

    def wrongs(self) -> Iterator[str]:
        """Every broken promise, in words."""
        if len(self.states) != self.people or sum(self.tally.values()) != self.people:
            yield f"{self.people} were to get it, {len(self.states)} have a row, {sum(self.tally.values())} count"
        for chat, state in self.states.items():
            times = self.heard[chat]
            if times > 1:
                yield f"chat {chat} got it {times} times"
            if state not in ("sent", "unknown") or (state == "sent" and not times):
                yield f"chat {chat} is {state} and got it {times} times"
        if self.tally["unknown"] > self.flying:
            yield f"{self.tally['unknown']} are unknown, and only {self.flying} were on the wire at a kill"
        yield from (f"chat {chat} got it and is no recipient" for chat in self.heard.keys() - self.states.keys())


def look(
    connection: Connection,
    people: int,
    sayings: Sequence[Saying],
    accepted: Sequence[Entry],
    flying: Path,
    at_work: Sequence[tuple[float, float]],
) -> Outcome:
    """Put the recipients' rows beside what reached them; `at_work` is when lives were, on the machine's clock."""
    (campaign,) = campaigns.every(connection)
    rows = sa.select(identities.c.sender, campaign_recipients.c.state).join(
        identities, identities.c.contact_id == campaign_recipients.c.contact_id
    )
    tally: Counter[str] = Counter()
    for each in recipients.tally(connection, campaign.id):
        tally[each.state] += each.number
    waits = list(_waits(sayings, accepted))
    return Outcome(
        people=people,
        flying=sum(int(line) for line in flying.read_text().splitlines()),
        states={row.sender: row.state for row in connection.execute(rows)},
        tally=tally,
        heard=Counter(str(entry.chat_id) for entry in accepted if entry.payload["text"] == SAYS),
        waits=[answered - said for said, answered in waits],
        calm_waits=[
            answered - said
            for said, answered in waits
            if any(began <= said and answered <= ended for began, ended in at_work)
        ],
    )


def _waits(sayings: Sequence[Saying], accepted: Sequence[Entry]) -> Iterator[tuple[float, float]]:
    """When each word was said, and when its answer arrived first."""
    answered: dict[tuple[int, str], float] = {}
    for entry in accepted:
        answered.setdefault((entry.chat_id, _word(entry.payload)), entry.monotonic)
    for saying in sayings:
        if saying.text != STOP_WORD and (at := answered.get((saying.chat, saying.text))) is not None:
            yield saying.monotonic, at


def _word(payload: dict[str, Any]) -> str:
    """The word that an answer of `tests.crash.play` is to."""
    first, _space, _rest = str(payload["text"]).partition(" ")
    return first


def _p95(waits: Sequence[float]) -> float:
    return quantiles(waits, n=20)[-1] if len(waits) > 1 else 0.0
