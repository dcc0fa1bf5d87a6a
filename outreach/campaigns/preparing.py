"""From recipients who are due to messages in the outbox: who may be written to now, and what is said to each.

A batch at a time, inside the caller's transaction, their contacts locked as by the sender: so nobody is forgotten
or joined with somebody else while a message to them comes into being. The sender judges each again before the wire.
"""

from __future__ import annotations

import base64
import datetime as dt
import math
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.engine import Connection

from outreach import clock
from outreach.cadence import Cadence, Later, Never, Now, Verdict
from outreach.campaigns import timing
from outreach.campaigns.expanding import audience_of
from outreach.campaigns.lifecycle import settings_of
from outreach.campaigns.settings import Settings
from outreach.campaigns.timing import Span
from outreach.kinds import kind_of
from outreach.segments import audience
from outreach.templates import rendering, values
from outreach.templates.content import Content
from outreach.templates.rendering import Link, NotSaid, Stamp
from outreach.templates.values import Values
from store import campaigns, contacts, outbox, outbox_sending, recipients, standing
from store.campaigns_at_work import AtWork
from store.contacts import Chat
from store.outbox import NewMessage
from store.recipients import FAILED, SKIPPED, WAITING, Judged, Linked, Ready
from store.standing import Standing
from talk.errors import SapaError
from talk.messages import Outgoing

AHEAD = dt.timedelta(seconds=1)  # of its send rate, how much is in the outbox before its moment
GIVE_WAY = dt.timedelta(minutes=5)  # until it is looked again whether the campaign that goes first has gone
SOON = dt.timedelta(seconds=5)  # an answer that is owed first should have gone by then
MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What all messages of a campaign have in common.

    `zone` is the business's. `contents` are by variant; `link` makes the addresses of buttons' links. `before` are
    the campaigns that go first where both want to write to somebody on one day.
    """

    cadence: Cadence
    zone: str
    contents: Mapping[str, Content]
    link: Link
    before: Collection[int] = ()


@dataclass(slots=True)
class Batch:
    """What came of some recipients: of `looked_at` who were due, `put` have a message in the outbox now.

    `more`: others may be due, too. `under_way` were in the outbox before.
    """

    looked_at: int = 0
    put: int = 0
    more: bool = False
    under_way: int = 0


@dataclass(slots=True)
class _Work:
    """The recipients of one batch whom nobody else has, and what is known of them."""

    connection: Connection
    campaign: AtWork
    settings: Settings
    terms: Terms
    now: dt.datetime
    rows: list[Ready]
    standings: dict[int, Standing] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    members: Collection[int] | None = None
    rivals: dict[int, dt.datetime] = field(default_factory=dict)
    judged: list[Judged] = field(default_factory=list)
    span: Span = field(init=False)

    def __post_init__(self) -> None:
        self.span = Span(self.campaign.starts_at, self.campaign.ends_at)


def slots(campaign: AtWork, now: dt.datetime) -> tuple[dt.datetime, dt.timedelta, int | None]:
    """The first moment its send rate leaves free, the time that each message takes, and how many may be prepared.

    None: as many as you like. What was missed, in a pause or an outage, is not made up for.
    """
    a_minute = settings_of(campaign).a_minute
    if a_minute is None:
        return now, dt.timedelta(), None
    first, each = max(campaign.prepared_at or now, now), MINUTE / a_minute
    return first, each, max(0, math.ceil((now + AHEAD - first) / each))


def prepare(connection: Connection, campaign: AtWork, terms: Terms, most: int, now: dt.datetime) -> Batch:
    """Prepare up to `most` of the recipients who are due of a campaign, which is held and running."""
    first, each, free = slots(campaign, now)
    rows = recipients.ready(connection, campaign.id, now, most if free is None else min(most, free))
    if not rows:
        return Batch()
    more = len(rows) == most
    work = _work(connection, campaign, terms, rows, now)
    said = _said(work, [row for row in work.rows if _may_go(work, row)])
    messages = [
        _message(work, row, outgoing, public_id, first + place * each)
        for place, ((row, _language, outgoing), public_id) in enumerate(
            zip(said, _public_ids(len(said), now), strict=True)
        )
    ]
    ids = outbox.put_many(connection, messages)
    recipients.put(connection, [Linked(row.id, ids[row.contact_id], language) for row, language, _outgoing in said])
    recipients.judge(connection, work.judged)
    if said and free is not None:
        campaigns.move(connection, campaign.id, prepared_at=first + len(said) * each)
    return Batch(len(rows), len(said), more)


def _work(connection: Connection, campaign: AtWork, terms: Terms, rows: Sequence[Ready], now: dt.datetime) -> _Work:
    """Lock the contacts, and read how they stand; whom somebody else has now is left for the next time."""
    ids = outbox_sending.lock_free(connection, [row.contact_id for row in rows])
    settings = settings_of(campaign)
    work = _Work(connection, campaign, settings, terms, now, [row for row in rows if row.contact_id in ids])
    work.standings = standing.standings(connection, ids, now)
    work.chats = contacts.chats(connection, ids)
    if settings.audience == "followed":
        work.members = audience.still_in(connection, audience_of(connection, campaign), ids, now, terms.zone)
    work.rivals = recipients.rivals(connection, terms.before, ids)
    return work


def _may_go(work: _Work, row: Ready) -> bool:
    """Whether it may go now; otherwise why not is written down."""
    match _judge(work, row):
        case Later(until=until, reason=reason):
            work.judged.append(Judged(row.id, WAITING, reason, max(until, work.now + SOON)))
        case Never(reason=reason):
            work.judged.append(Judged(row.id, SKIPPED, reason))
        case Now():
            return True
    return False


def _judge(work: _Work, row: Ready) -> Verdict:
    contact_id = row.contact_id
    if work.members is not None and contact_id not in work.members:
        return Never("left the segment")
    stands, chat = work.standings[contact_id], work.chats.get(contact_id)
    stands.reachable = chat.reachable if chat is not None else None
    expires_at = _window(work, contact_id).ends_at
    verdict = work.terms.cadence.judge(work.campaign.kind, stands, expires_at, work.now)
    rival = work.rivals.get(contact_id)
    if rival is None or not isinstance(verdict, Now):
        return verdict
    zone = clock.zone_of(stands.timezone, work.terms.zone)
    if rival.astimezone(zone).date() > work.now.astimezone(zone).date():
        return verdict
    until = max(rival, work.now) + GIVE_WAY
    return Later(until, "another goes first") if until < expires_at else Never("too late: another goes first")


def _window(work: _Work, contact_id: int) -> Span:
    if work.settings.day is None:
        return work.span
    zone = clock.zone_of(work.standings[contact_id].timezone, work.terms.zone)
    return timing.window(work.settings, work.span, zone)


def _said(work: _Work, rows: Sequence[Ready]) -> list[tuple[Ready, str, Outgoing]]:
    """What is said to each and in which language, in the order of the rows; some have nothing said to them."""
    by_variant: dict[str, list[Ready]] = defaultdict(list)
    for row in rows:
        by_variant[row.variant].append(row)
    said: dict[int, tuple[Ready, str, Outgoing]] = {}
    for variant, theirs in by_variant.items():
        content = work.terms.contents[variant]
        ids = [row.contact_id for row in theirs]
        people = values.of(work.connection, ids, work.now, work.terms.zone, content)
        for row in theirs:
            if (found := _say(work, row, content, people[row.contact_id])) is not None:
                said[row.id] = (row, *found)
    return [said[row.id] for row in rows if row.id in said]


def _say(work: _Work, row: Ready, content: Content, person: Values) -> tuple[str, Outgoing] | None:
    language = rendering.language_of(content, person.language, work.settings.fall_back)
    if not language:
        work.judged.append(Judged(row.id, SKIPPED, "no text in their language"))
        return None
    stamp = Stamp(work.campaign.public_id, work.terms.link)
    label = work.terms.cadence.label(work.standings[row.contact_id], language)
    try:
        outgoing = rendering.render(content, language, person, stamp, label)
    except SapaError:
        work.judged.append(Judged(row.id, FAILED, "text unreadable"))
        return None
    if isinstance(outgoing, NotSaid):
        work.judged.append(Judged(row.id, SKIPPED, outgoing.reason))
        return None
    return language, outgoing


def _public_ids(number: int, now: dt.datetime) -> Iterator[str]:
    """The second, and 64 bits of chance: so those of a batch stand together in their index.

    At places all over it each would write a page of its own to the disk. The system is asked once for all, since a
    question takes up to 20 µs.
    """
    second, chances = int(now.timestamp()).to_bytes(4), secrets.token_bytes(8 * number)
    for place in range(0, len(chances), 8):
        yield base64.urlsafe_b64encode(second + chances[place : place + 8]).decode()


def _message(work: _Work, row: Ready, outgoing: Outgoing, public_id: str, due_at: dt.datetime) -> NewMessage:
    chat = work.chats[row.contact_id]
    return NewMessage(
        public_id=public_id,
        contact_id=row.contact_id,
        channel=chat.channel,
        account=chat.account,
        sender=chat.sender,
        lane=kind_of(work.campaign.kind).lane,
        payload=outgoing,
        seq=None,
        due_at=due_at,
        created_at=work.now,
        expires_at=_window(work, row.contact_id).ends_at,
        kind=work.campaign.kind,
        campaign_id=work.campaign.id,
    )
