"""One look of a dry run: some contacts of the segment, each judged and told as when the campaign is sent."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from outreach import clock
from outreach.cadence import Cadence, Later, Never
from outreach.campaigns import dealing, planning, timing
from outreach.campaigns.lifecycle import settings_of
from outreach.campaigns.settings import Settings
from outreach.campaigns.timing import Span
from outreach.campaigns.tried import Spoken, Trial
from outreach.templates import rendering, values
from outreach.templates.content import Content
from outreach.templates.rendering import NotSaid, Stamp
from outreach.templates.values import Values
from store import contacts, standing
from store.campaigns import Campaign
from store.contacts import Chat
from store.standing import Standing
from talk.errors import SapaError

NO_TEXT, UNREADABLE = "no text in their language", "text unreadable"


class _Free(NamedTuple):
    """Somebody who may be written to: from when on, and why not at their time (empty: then)."""

    contact_id: int
    variant: str
    at: dt.datetime
    reason: str


@dataclass(slots=True)
class _Look:
    """What is known of the contacts of one look, and the counts to which it adds."""

    connection: Connection
    campaign: Campaign
    settings: Settings
    found: Trial
    zone: str
    cadence: Cadence
    span: Span
    standings: Mapping[int, Standing] = field(default_factory=dict)
    chats: Mapping[int, Chat] = field(default_factory=dict)


def look(connection: Connection, campaign: Campaign, found: Trial, ids: Collection[int], zone: str) -> None:
    """Add to what was found what these contacts of the segment would get; `zone` is the business's time zone."""
    settings = settings_of(campaign)
    this = _Look(
        connection, campaign, settings, found, zone, Cadence.of(connection, zone), timing.span(settings, found.at)
    )
    dealt = {id_: _dealt(this, id_) for id_ in ids}
    drawn = [id_ for id_, variant in dealt.items() if variant is not None]
    found.held += len(dealt) - len(drawn)
    this.standings = standing.standings(connection, drawn, found.at)
    this.chats = contacts.chats(connection, drawn)
    free: dict[str, list[_Free]] = defaultdict(list)
    for id_ in drawn:
        if (one := _judged(this, id_, dealt[id_] or "")) is not None:
            free[one.variant].append(one)
    contents = planning.contents_of(connection, campaign)
    for variant, theirs in free.items():
        # Who waits for the better variant is tried with the first one.
        _tell(this, msgspec.convert(contents[variant or next(iter(contents))], Content), theirs)


def _dealt(this: _Look, contact_id: int) -> str | None:
    """The letter of their variant, empty for whoever waits for the better one; None for the hold-out."""
    drawn = dealing.lots(this.campaign.public_id, contact_id)
    if dealing.is_held(this.settings, drawn):
        return None
    return "" if dealing.is_rest(this.settings, drawn) else dealing.variant(this.settings, drawn)


def _judged(this: _Look, contact_id: int, variant: str) -> _Free | None:
    """Whether and when they may be written to; who may not is counted with the reason."""
    stands, chat = this.standings[contact_id], this.chats.get(contact_id)
    stands.reachable = chat.reachable if chat is not None else None
    starts_at, ends_at = timing.window(this.settings, this.span, clock.zone_of(stands.timezone, this.zone))
    match this.cadence.judge(this.campaign.kind, stands, ends_at, starts_at):
        case Never(reason=reason):
            _count(this.found.why_not, reason)
            return None
        case Later(until=until, reason=reason):
            return _Free(contact_id, variant, max(until, starts_at), reason)
    return _Free(contact_id, variant, starts_at, "")


def _tell(this: _Look, content: Content, free: Collection[_Free]) -> None:
    """Say it to each of them, to nobody's ears: whom nothing can be said to gets nothing."""
    ids = [one.contact_id for one in free]
    people = values.of(this.connection, ids, this.found.at, this.zone, content)
    for one in free:
        person = people[one.contact_id]
        language = rendering.language_of(content, person.language, this.settings.fall_back)
        spoken = this.found.languages.setdefault(person.language, Spoken())
        spoken.none += not language
        spoken.own += language == person.language
        spoken.instead += bool(language) and language != person.language
        if why := _unsaid(this, content, language, person):
            _count(this.found.why_not, why)
        else:
            _would_get(this.found, one, this.chats[one.contact_id].channel)


def _unsaid(this: _Look, content: Content, language: str, person: Values) -> str:
    """Why it cannot be said to them; empty: it can."""
    if not language:
        return NO_TEXT
    stamp = Stamp(this.campaign.public_id, lambda _contact, _place: "https://")
    label = this.cadence.label(this.standings[person.contact_id], language)
    try:
        made = rendering.render(content, language, person, stamp, label)
    except SapaError:
        return UNREADABLE
    return made.reason if isinstance(made, NotSaid) else ""


def _would_get(found: Trial, one: _Free, channel: str) -> None:
    _count(found.channels, channel)
    _count(found.variants, one.variant)
    if not one.reason:
        found.now += 1
        return
    found.later += 1
    _count(found.why_later, one.reason)
    found.first_at = min(found.first_at or one.at, one.at)


def _count(counts: dict[str, int], name: str) -> None:
    counts[name] = counts.get(name, 0) + 1
