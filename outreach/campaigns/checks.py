"""What keeps a campaign from being sent: each problem at its field, in words that say what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from locales import Text, _, n_, render
from loyalty import programme
from outreach import clock
from outreach.campaigns.settings import VARIANTS, Settings
from outreach.templates.content import Content
from store import segments, templates
from talk.split import plain

LONGEST_NAME = 100
DAY = dt.timedelta(days=1)
FARTHEST = dt.timedelta(days=366)  # a start further away is a slip of the pen

NO_NAME = _("Please write a name of at most {number} characters.")
NO_SEGMENT = _("Please choose who it is for.")
SEGMENT_GONE = _("The segment “{name}” was removed. Please choose another.")
NO_TEMPLATE = _("Please choose a template.")
TEMPLATE_GONE = _("The template of variant {variant} was removed. Please choose another.")
NOT_REVIEWED = _("The template “{name}” has no reviewed text in any language. Please have one reviewed.")
OTHER_KIND = _("The template “{name}” is of another kind than the campaign. Please choose the same kind for both.")
SAME_TEMPLATE = _("Variants {first} and {second} have the same template. Please choose another, or remove one.")
TWO_STARTS = _("Please give either a moment or a day, not both.")
PAST = _("The start is in the past. Please choose a later one, or start at once.")
PAST_DAY = _("On this day the hour is over. Please choose a later day.")
FAR = _("The start is more than a year away. Please choose an earlier one.")
QUIET = _("At {time} it is quiet hours ({begins}–{ends}), so messages would wait. Please choose another hour.")
WINNER_ALONE = _("A winner needs two or more variants. Please add one, or let it be without a winner.")
WINNER_LATE = n_(
    "It ends before a winner is found. Please let it run for more than {hours} hour.",
    "It ends before a winner is found. Please let it run for more than {hours} hours.",
    "hours",
)


class Problem(NamedTuple):
    """One problem: the field (`variants.0.template`), and what to do about it, with its values."""

    field: str
    text: Text
    values: Mapping[str, Any] = {}

    @property
    def message(self) -> str:
        """The problem in English, for a file's reader and the API."""
        return plain(render(self.text, "en", dict(self.values)))


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign as somebody wrote it; `segment` is a public id, empty where none is chosen yet."""

    name: str
    kind: str
    segment: str
    settings: Settings


def problems(connection: Connection, draft: Draft, now: dt.datetime, zone: str) -> list[Problem]:
    """Everything that keeps it from being sent; `zone` is the business's time zone."""
    return [
        *content(connection, draft),
        *start(connection, draft.settings, now, zone),
        *_winner(draft.settings),
    ]


def content(connection: Connection, draft: Draft) -> list[Problem]:
    """What is wrong with whom it is for and what it says."""
    return [*unkept(connection, draft), *_variants(connection, draft)]


def unkept(connection: Connection, draft: Draft) -> list[Problem]:
    """What keeps it even from being a draft: a name, and a segment that is there."""
    found = []
    if not 0 < len(draft.name.strip()) <= LONGEST_NAME:
        found.append(Problem("name", NO_NAME, {"number": LONGEST_NAME}))
    segment = segments.find(connection, draft.segment) if draft.segment else None
    if segment is None:
        found.append(Problem("segment", NO_SEGMENT))
    elif segment.removed_at is not None:
        found.append(Problem("segment", SEGMENT_GONE, {"name": segment.name}))
    return found


def start(connection: Connection, settings: Settings, now: dt.datetime, zone: str) -> Iterator[Problem]:
    """What is wrong with when it starts; a day by customers' clocks is over when it is over on the business's."""
    if settings.at is not None and settings.day is not None:
        yield Problem("at", TWO_STARTS)
        return
    if (wrong := _moment(settings, now, zone)) is not None:
        yield wrong
    rules = programme.read(connection).outreach
    hours = (rules.quiet_from, rules.quiet_until)
    if settings.day is not None:
        theirs = dt.time(settings.hour)
        if clock.quiet(dt.datetime.combine(settings.day, theirs, clock.UTC), clock.UTC, hours):
            yield Problem("hour", QUIET, {"time": theirs, "begins": hours[0], "ends": hours[1]})


def _moment(settings: Settings, now: dt.datetime, zone: str) -> Problem | None:
    if (day := settings.day) is None:
        at = settings.at or now
        far = at > now + FARTHEST
        return Problem("at", FAR) if far else Problem("at", PAST) if at < now else None
    if day > (now + FARTHEST).date():  # so far that it may be no moment at all
        return Problem("day", FAR)
    over = day < now.date() - DAY or clock.moment_on(day, dt.time(settings.hour), clock.zone_of("", zone)) < now
    return Problem("day", PAST_DAY) if over else None


def _variants(connection: Connection, draft: Draft) -> Iterator[Problem]:
    if not draft.settings.variants:
        yield Problem("variants.0.template", NO_TEMPLATE)
    first: dict[str, str] = {}
    for place, (variant, letter) in enumerate(zip(draft.settings.variants, VARIANTS, strict=False)):
        field = f"variants.{place}.template"
        template = templates.find(connection, variant.template) if variant.template else None
        if not variant.template:
            yield Problem(field, NO_TEMPLATE)
        elif template is None or template.removed_at is not None:
            yield Problem(field, TEMPLATE_GONE, {"variant": letter})
        elif variant.template in first:
            yield Problem(field, SAME_TEMPLATE, {"first": first[variant.template], "second": letter})
        else:
            content = msgspec.convert(template.content, Content)
            if not any(text.state == "reviewed" for text in content.texts.values()):
                yield Problem(field, NOT_REVIEWED, {"name": template.name})
            if content.kind != draft.kind:
                yield Problem(field, OTHER_KIND, {"name": template.name})
        first.setdefault(variant.template, letter)


def _winner(settings: Settings) -> Iterator[Problem]:
    if settings.winner is None:
        return
    if len(settings.variants) < 2:
        yield Problem("winner", WINNER_ALONE)
    if settings.winner.hours >= settings.ends_hours:
        yield Problem("ends_hours", WINNER_LATE, {"hours": settings.winner.hours})
