"""A campaign as the API takes and shows it, and the dry run of one."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal

import msgspec
from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema
from sqlalchemy.engine import Connection

from console.api.fields import AS_WHOLE, ONE_LINE, Given, Moment, PublicId, Shown, Whole, example
from outreach.campaigns import planning
from outreach.campaigns.checks import Draft
from outreach.campaigns.settings import Settings, Variant, Winner
from outreach.campaigns.trial import Trial
from store.campaigns import Campaign

DAY = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
State = Literal["draft", "waiting", "planned", "running", "paused", "done", "cancelled"]


def _day(value: object) -> dt.date | None:
    if value is None:
        return None
    if not isinstance(value, str) or not re.fullmatch(DAY[1:-1], value):
        raise ValueError("must be a day such as 2026-11-21")
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise ValueError("is no day of that month") from None


Day = Annotated[
    dt.date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-11-21"]})
]


class VariantGiven(Given):
    """A template that some of the audience get, in parts of all that get any."""

    template: PublicId = Field(description="The template's id.")
    weight: Whole = Field(1, ge=1, le=100)


class WinnerGiven(Given):
    """First some get all variants; the rest gets the one that did better."""

    percent: Whole = Field(20, ge=2, le=80, description="Of the audience that gets all variants first.")
    hours: Whole = Field(
        24, ge=1, le=168, description="Until it is decided; after that the rest gets all variants."
    )
    by: Literal["clicked", "bought"] = "clicked"


class Written(Given):
    """What a marketer decides."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=ONE_LINE)]
    kind: Literal["offer", "news"] = "offer"
    segment: PublicId = Field(description="Whom it is for: a segment's id.")
    variants: list[VariantGiven] = Field([], max_length=5)
    at: Moment | None = Field(None, description="The instant at which it starts.")
    day: Day | None = Field(None, description="Or the day, on each customer's own clock; neither: at once.")
    hour: Whole = Field(10, ge=0, le=23, description="Of the day, on each customer's own clock.")
    ends_hours: Whole = Field(72, ge=1, le=1440, description="After its start nothing more is sent.")
    a_minute: Annotated[int, Field(ge=1, le=60_000), AS_WHOLE] | None = Field(
        None, description="The most that is sent in one; null: no limit."
    )
    audience: Literal["frozen", "followed"] = "frozen"
    hold_out: Whole = Field(0, ge=0, le=50, description="Percent who get nothing, to compare with.")
    priority: Whole = Field(5, ge=1, le=9)
    fall_back: bool = Field(True, description="Who has no text in their language gets the English one.")
    winner: WinnerGiven | None = None
    days: Whole = Field(14, ge=1, le=90, description="In which a purchase counts as coming from it.")


class CampaignGiven(Written):
    """A draft as it shall be."""

    model_config = example(
        {
            "name": "Weekend offer",
            "segment": "Zr3kP0sVq1wXyE9b",
            "variants": [{"template": "b1QmA7yXc0dK2sLw"}],
            "day": "2026-11-28",
            "hour": 10,
        }
    )


class VariantShown(Shown):
    """A variant of a campaign."""

    letter: str = Field(examples=["A"])
    template: PublicId
    weight: int


class WinnerShown(Shown):
    """How the better variant is found."""

    percent: int
    hours: int
    by: Literal["clicked", "bought"]


class CampaignShown(Shown):
    """A campaign."""

    id: PublicId
    name: str
    kind: str
    state: State
    edit: int = Field(description="Counts the changes: give it when you change the draft.")
    segment: PublicId
    variants: list[VariantShown]
    at: dt.datetime | None
    day: dt.date | None
    hour: int
    ends_hours: int
    a_minute: int | None
    audience: Literal["frozen", "followed"]
    hold_out: int
    priority: int
    fall_back: bool
    winner: WinnerShown | None
    days: int
    starts_at: dt.datetime | None = Field(description="Since it was planned: before it nothing is sent.")
    ends_at: dt.datetime | None
    started_at: dt.datetime | None
    ended_at: dt.datetime | None
    chosen: str = Field(description="The letter of the variant that the rest gets; empty: none is chosen.")
    by: str = Field(description="The id of whoever wrote it: a colleague, or an API key.")
    approved_by: str
    created_at: dt.datetime
    changed_at: dt.datetime


class SpokenShown(Shown):
    """Of those who speak a language and may be written to: who has a text in it, gets the English one, or none."""

    own: int
    instead: int
    none: int


class TrialShown(Shown):
    """What a dry run found so far."""

    stage: Literal["running", "done", "failed"]
    changed: bool = Field(description="Whether the campaign was changed since.")
    at: dt.datetime = Field(description="As of when it is asked.")
    percent: int = Field(description="Of all contacts that were looked at.")
    people: int = Field(description="Of these, how many are in the segment.")
    now: int = Field(description="Would get it at their time.")
    later: int = Field(description="Would get it later, the first of them at `first_at`.")
    first_at: dt.datetime | None
    refused: int = Field(description="Would not get it, by reason in `why_not`.")
    held: int = Field(description="Are held out.")
    why_not: dict[str, int]
    why_later: dict[str, int]
    languages: dict[str, SpokenShown]
    channels: dict[str, int]
    variants: dict[str, int] = Field(description="By letter; the empty one waits for the better variant.")


def draft(given: Written) -> Draft:
    """What was given, as a draft."""
    settings = Settings(
        variants=tuple(Variant(each.template, each.weight) for each in given.variants),
        winner=Winner(given.winner.percent, given.winner.hours, given.winner.by) if given.winner else None,
        **{name: getattr(given, name) for name in _PLAIN},
    )
    return Draft(name=given.name, kind=given.kind, segment=given.segment, settings=settings)


def shown(connection: Connection, campaign: Campaign) -> CampaignShown:
    """A campaign as the API shows it."""
    written = planning.draft_of(connection, campaign)
    settings = written.settings
    facts: dict[str, Any] = {name: getattr(settings, name) for name in _PLAIN}
    facts |= {name: getattr(campaign, name) for name in CampaignShown.model_fields if name in _KEPT}
    variants = [
        VariantShown(letter=letter, template=each.template, weight=each.weight)
        for letter, each in zip("ABCDE", settings.variants, strict=False)
    ]
    return CampaignShown(
        **facts,
        id=campaign.public_id,
        segment=written.segment,
        variants=variants,
        winner=WinnerShown(**msgspec.to_builtins(settings.winner)) if settings.winner else None,
        chosen=campaign.winner,
    )


def trial_shown(found: Trial, *, changed: bool) -> TrialShown:
    """A dry run as the API shows it."""
    facts = {name: getattr(found, name) for name in TrialShown.model_fields if hasattr(found, name)}
    languages = {name: SpokenShown(**msgspec.to_builtins(each)) for name, each in found.languages.items()}
    percent = 100 * found.reached // found.last if found.last else 0
    return TrialShown(**facts | {"languages": languages}, changed=changed, percent=percent)


_PLAIN = ("at", "day", "hour", "ends_hours", "a_minute", "audience", "hold_out", "priority", "fall_back", "days")
_KEPT = frozenset(Campaign._fields) - {"id", "winner"}
