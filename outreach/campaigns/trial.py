"""A dry run: how many a campaign would reach at its time, how many later, and why the others would get nothing.

Everybody in the segment is looked at as if the campaign began at its start, or now, with the same rules, texts and
lots as when it is sent; nothing is written but the count itself, which stands with the campaign. It goes through
the contacts some hundred at a time, and may be left and gone on with anywhere.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from outreach import clock
from outreach.cadence import Cadence, Later, Never
from outreach.campaigns import checks, dealing, planning, timing
from outreach.campaigns.checks import Problem
from outreach.campaigns.lifecycle import settings_of
from outreach.campaigns.planning import Wrong
from outreach.campaigns.settings import Settings
from outreach.campaigns.timing import Span
from outreach.segments import audience
from outreach.templates import rendering, values
from outreach.templates.content import Content
from outreach.templates.rendering import NotSaid, Stamp
from store import campaigns, contacts, standing
from store.campaigns import Campaign
from store.contacts import Chat
from store.standing import Standing

AT_ONCE = 500  # contacts of the segment that are looked at in one go
LOOKED_AT = 16  # contacts that are read for each of these, most of them being in no narrow segment
NO_TEXT = "no text in their language"


class Spoken(msgspec.Struct):
    """Of those who speak a language and may be written to: who has a text in it, gets the English one, or none."""

    own: int = 0
    instead: int = 0
    none: int = 0


class Trial(msgspec.Struct, kw_only=True):
    """What was found so far. `edit` is the campaign's of which it tells; `at` the moment as of which it is asked.

    Contacts up to the id `reached` of `last` were looked at, of whom `people` are in the segment. Of these `now`
    would get it at their time, `later` after it (the first of them at `first_at`), and `held` are in the hold-out;
    the rest gets nothing, by reason in `why_not`. Channels, languages and variants tell of those who would get it.
    """

    token: str
    stage: Literal["running", "done", "failed"] = "running"
    edit: int
    asked_at: dt.datetime
    at: dt.datetime
    ended_at: dt.datetime | None = None
    reached: int = 0
    last: int = 0
    people: int = 0
    now: int = 0
    later: int = 0
    held: int = 0
    first_at: dt.datetime | None = None
    why_not: dict[str, int] = {}
    why_later: dict[str, int] = {}
    languages: dict[str, Spoken] = {}
    channels: dict[str, int] = {}
    variants: dict[str, int] = {}

    @property
    def refused(self) -> int:
        """How many would get nothing."""
        return sum(self.why_not.values())


def of(campaign: Campaign) -> Trial | None:
    """The campaign's last dry run, if there was one."""
    return None if campaign.trial is None else msgspec.convert(campaign.trial, Trial)


def lacking(connection: Connection, campaign: Campaign) -> list[Problem]:
    """What keeps a campaign from being tried: nobody could say what it says, or to whom."""
    if campaign.contents is not None:
        return []
    return checks.content(connection, planning.draft_of(connection, campaign))


def begin(connection: Connection, campaign: Campaign, now: dt.datetime) -> Trial:
    """A dry run that has found nothing yet; what is kept of it is for the caller to say (`keep`)."""
    at = timing.span(settings_of(campaign), now).starts_at
    last = contacts.last_id(connection)
    return Trial(token=secrets.token_urlsafe(6), edit=campaign.edit, asked_at=now, at=at, last=last)


def keep(connection: Connection, campaign: Campaign, found: Trial, after: int) -> bool:
    """Keep how far a dry run has come that had come as far as `after`; False when another one took its place."""
    current = campaigns.one(connection, campaign.id, lock=True)
    kept = of(current) if current else None
    if kept is None or (kept.token, kept.reached) != (found.token, after):
        return False
    campaigns.move(connection, campaign.id, trial=msgspec.to_builtins(found))
    return True


def ask(connection: Connection, campaign: Campaign, now: dt.datetime) -> Trial | Wrong:
    """Have the campaign, which is locked, tried in the background; one that is under way is begun anew.

    What it says must be there.
    """
    if problems := lacking(connection, campaign):
        return Wrong(tuple(problems))
    found = begin(connection, campaign, now)
    campaigns.move(connection, campaign.id, trial=msgspec.to_builtins(found))
    return found


def failed(found: Trial, now: dt.datetime) -> Trial:
    """The dry run, given up."""
    return msgspec.structs.replace(found, stage="failed", ended_at=now)


def step(connection: Connection, campaign: Campaign, found: Trial, now: dt.datetime, zone: str) -> Trial:
    """Look at the next contacts; what was found with them. `zone` is the business's time zone."""
    segment = planning.segment_of(connection, campaign)
    ids, reached, over = audience.stretch(
        connection, segment, found.reached, AT_ONCE, found.at, zone, LOOKED_AT * AT_ONCE
    )
    settings = settings_of(campaign)
    tally = _Tally(found)
    if ids:
        _look(connection, campaign, settings, ids, tally, zone)
    after = msgspec.structs.replace(tally.found(), people=found.people + len(ids))
    if over:
        return msgspec.structs.replace(after, stage="done", reached=found.last, ended_at=now)
    return msgspec.structs.replace(after, reached=reached, last=max(found.last, reached))


class _Told(NamedTuple):
    """Somebody who may be written to, from when on, and why not at their time."""

    contact_id: int
    variant: str
    at: dt.datetime
    reason: str


class _Tally:
    """The counts of a dry run, added to."""

    def __init__(self, before: Trial) -> None:
        self._before = before
        self.held, self.now, self.later = before.held, before.now, before.later
        self.first_at = before.first_at
        self.why_not, self.why_later = Counter(before.why_not), Counter(before.why_later)
        self.channels, self.variants = Counter(before.channels), Counter(before.variants)
        self.languages = {language: msgspec.structs.replace(each) for language, each in before.languages.items()}

    def spoken(self, language: str) -> Spoken:
        return self.languages.setdefault(language, Spoken())

    def would(self, one: _Told, channel: str) -> None:
        self.channels[channel] += 1
        self.variants[one.variant] += 1
        if not one.reason:
            self.now += 1
            return
        self.later += 1
        self.why_later[one.reason] += 1
        self.first_at = min(self.first_at or one.at, one.at)

    def found(self) -> Trial:
        fields = ("held", "now", "later", "first_at", "languages")
        counts = {name: dict(getattr(self, name)) for name in ("why_not", "why_later", "channels", "variants")}
        return msgspec.structs.replace(self._before, **{name: getattr(self, name) for name in fields}, **counts)


def _look(
    connection: Connection, campaign: Campaign, settings: Settings, ids: Sequence[int], tally: _Tally, zone: str
) -> None:
    before = tally.found()
    lots = {id_: dealing.lots(campaign.public_id, id_) for id_ in ids}
    drawn = [id_ for id_ in ids if not dealing.is_held(settings, lots[id_])]
    tally.held += len(ids) - len(drawn)
    standings = standing.standings(connection, drawn, before.at)
    chats = contacts.chats(connection, drawn)
    cadence, span = Cadence.of(connection, zone), timing.span(settings, before.at)
    told: dict[str, list[_Told]] = defaultdict(list)
    for id_ in drawn:
        variant = "" if dealing.is_rest(settings, lots[id_]) else dealing.variant(settings, lots[id_])
        one = _judged(cadence, campaign.kind, settings, span, standings[id_], chats.get(id_), zone)
        if isinstance(one, str):
            tally.why_not[one] += 1
        else:
            told[variant].append(_Told(id_, variant, *one))

    def label(contact_id: int, language: str) -> str:
        return cadence.label(standings[contact_id], language)

    contents = {
        letter: msgspec.convert(content, Content)
        for letter, content in planning.contents_of(connection, campaign).items()
    }
    for variant, theirs in told.items():
        content = contents[variant or next(iter(contents))]
        _say(connection, campaign, settings, content, theirs, chats, tally, zone, label)


def _judged(
    cadence: Cadence, kind: str, settings: Settings, span: Span, stands: Standing, chat: Chat | None, zone: str
) -> tuple[dt.datetime, str] | str:
    """From when on they may be written to, and why not at their time; or why they never are."""
    stands.reachable = chat.reachable if chat is not None else None
    window = timing.window(settings, span, clock.zone_of(stands.timezone, zone))
    match cadence.judge(kind, stands, window.ends_at, window.starts_at):
        case Never(reason=reason):
            return reason
        case Later(until=until, reason=reason):
            return max(until, window.starts_at), reason
    return window.starts_at, ""


def _say(
    connection: Connection,
    campaign: Campaign,
    settings: Settings,
    content: Content,
    told: Sequence[_Told],
    chats: Mapping[int, Chat],
    tally: _Tally,
    zone: str,
    label: Callable[[int, str], str],
) -> None:
    """Say it to each of those who may be written to, to nobody's ears: who cannot be told it gets nothing."""
    people = values.of(connection, [one.contact_id for one in told], tally.found().at, zone, content)
    stamp = Stamp(campaign.public_id, lambda _contact, _place: "https://example.com/")
    for one in told:
        person = people[one.contact_id]
        spoken = tally.spoken(person.language)
        language = rendering.language_of(content, person.language, settings.fall_back)
        if not language:
            spoken.none += 1
            tally.why_not[NO_TEXT] += 1
            continue
        spoken.own += language == person.language
        spoken.instead += language != person.language
        made = rendering.render(content, language, person, stamp, label(one.contact_id, language))
        if isinstance(made, NotSaid):
            tally.why_not[made.reason] += 1
        else:
            tally.would(one, chats[one.contact_id].channel)
